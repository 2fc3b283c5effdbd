package api_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"godocker"
	"godocker/api"
)

func serve(t *testing.T, handle http.HandlerFunc) *api.Client {
	t.Helper()
	s := httptest.NewServer(handle)
	t.Cleanup(s.Close)
	return api.NewClient(s.URL+"/", false)
}

// A log whose connection breaks is gone on with after what came last.
func TestFollowLogAfterABreak(t *testing.T) {
	var asked []string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Header.Get("Last-Event-ID"))
		switch len(asked) {
		case 1:
			fmt.Fprint(w, ": alive\n\nid: 3\nevent: log\ndata: {\"text\":\"one\"}\n\nid: 9\nevent: log\ndata: {\"te") // cut in the middle
		case 2:
			w.WriteHeader(http.StatusBadGateway) // a proxy, while the server restarts
		default:
			fmt.Fprint(w, "id: 6\r\nevent: log\r\ndata: {\"text\":\"two\"}\r\n\r\n", "id: 6\nevent: end\ndata: {}\n\n")
		}
	})
	var out bytes.Buffer
	if err := c.FollowLog(t.Context(), 1, "stdout", true, &out); err != nil || out.String() != "onetwo" {
		t.Errorf("the log is %q, %v", out.String(), err)
	}
	if got := strings.Join(asked, "|"); got != "|3|3" {
		t.Errorf("the connections went on after %q", got)
	}
}

// What is final ends a stream: no access, no such task.
func TestFollowLogIsRefused(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `{"status":404,"detail":"task 1 does not exist","code":"not_found"}`)
	})
	if err := c.FollowLog(t.Context(), 1, "stdout", true, io.Discard); !errors.Is(err, godocker.NotFound) || !strings.Contains(err.Error(), "task 1 does not exist") {
		t.Error(err)
	}
	if _, err := c.Wait(t.Context(), 1, nil); !errors.Is(err, godocker.NotFound) {
		t.Error(err)
	}
}

// The end of a task may fall into the time without a connection.
func TestWaitAfterABreak(t *testing.T) {
	states := []string{"pending", "running", "over"}
	n := 0
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/api/1.0/event" && n == 0:
			fmt.Fprint(w, "id: 1\nevent: task\ndata: {\"task_id\":2}\n\nid: 2\nevent: task\ndata: {\"task_id\":1}\n\n")
		case r.URL.Path == "/api/1.0/event":
			fmt.Fprint(w, ": alive\n\n")
		default:
			fmt.Fprintf(w, `{"id":1,"status":{"primary":%q,"exitcode":3}}`, states[n])
			n++
		}
	})
	var seen []string
	s, err := c.Wait(t.Context(), 1, func(s api.Status) { seen = append(seen, s.Primary) })
	if err != nil || s.Primary != "over" || *s.ExitCode != 3 || strings.Join(seen, " ") != "pending running over" {
		t.Errorf("%+v, %v after %v", s, err, seen)
	}
}

// Several tasks are waited for with one stream; each is asked about when something
// happened to it, and not when something happened to others.
func TestWaitForSeveral(t *testing.T) {
	asked := map[string]int{}
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/1.0/event" {
			w.(http.Flusher).Flush()
			for i, id := range []int{9, 2, 2, 1, 3} {
				fmt.Fprintf(w, "id: %d\nevent: task\ndata: {\"task_id\":%d}\n\n", i+1, id)
			}
			return
		}
		id := strings.Split(r.URL.Path, "/")[4]
		asked[id]++
		primary := "running"
		if asked[id] > 1 || id == "3" {
			primary = "over"
		}
		fmt.Fprintf(w, `{"status":{"primary":%q,"exitcode":%s}}`, primary, id)
	})
	all, err := c.WaitAll(t.Context(), []int64{1, 2, 3}, nil)
	if err != nil || len(all) != 3 || *all[1].ExitCode != 1 || all[2].Primary != "over" {
		t.Errorf("%+v, %v", all, err)
	}
	if asked["1"] != 2 || asked["2"] != 2 || asked["3"] != 1 || asked["9"] != 0 {
		t.Errorf("the statuses were asked for %v times", asked)
	}
	if all, err := c.WaitAll(t.Context(), nil, nil); len(all) != 0 || err != nil {
		t.Errorf("waiting for none: %v, %v", all, err)
	}
}

func TestAnswersOfSomethingElse(t *testing.T) {
	for _, status := range []int{200, 404, 500} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			fmt.Fprint(w, "<html>It works!")
		})
		if _, err := c.Task(t.Context(), 1); !errors.Is(err, godocker.Unavailable) {
			t.Errorf("%d: %v", status, err)
		}
	}
	if _, err := api.NewClient("http://127.0.0.1:1", false).Config(t.Context()); !errors.Is(err, godocker.Unavailable) {
		t.Errorf("nobody there: %v", err)
	}
}

func TestNamesOfFilesAreEscaped(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/octet-stream")
		fmt.Fprint(w, r.URL.Path, "|", r.URL.RawQuery)
	})
	body, size, err := c.Download(t.Context(), 1, "a b/c?d#e%f.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	text, err := io.ReadAll(body)
	if want := "/api/1.0/task/1/files/a b/c?d#e%f.txt|"; string(text) != want || size != int64(len(want)) || err != nil {
		t.Errorf("asked for %q (%d bytes), %v; want %q", text, size, err, want)
	}
}
