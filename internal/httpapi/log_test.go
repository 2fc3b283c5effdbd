package httpapi_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/api"
	"godocker/internal/jobdir"
)

// A message is one server-sent event.
type message struct{ id, event, data string }

// A feed reads server-sent events.
type feed struct {
	s     *site
	lines *bufio.Reader
	stop  func()
}

const patience = 20 * time.Second

func (s *site) feed(path, who, last string) *feed {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), patience)
	req := s.request("GET", "/api/1.0"+path, who, nil).WithContext(ctx)
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	resp, err := noRedirects.Do(req) //nolint:bodyclose // the feed closes it
	s.must(err)
	if resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream") {
		s.Fatalf("%s: %s %v", path, resp.Status, resp.Header)
	}
	f := &feed{s: s, lines: bufio.NewReader(resp.Body), stop: func() { cancel(); resp.Body.Close() }}
	s.Cleanup(f.stop)
	return f
}

// next returns the next message; ok is false at the end of the stream.
func (f *feed) next() (m message, ok bool) {
	f.s.Helper()
	for {
		line, err := f.lines.ReadString('\n')
		if err != nil {
			return m, false
		}
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		switch {
		case line == "\n" && m.event != "":
			return m, true
		case name == "id":
			m.id = value
		case name == "event":
			m.event = value
		case name == "data":
			m.data = value
		}
	}
}

// log is the text of the next message, which must be one of a log.
func (f *feed) log() (text, id string) {
	f.s.Helper()
	m, ok := f.next()
	var doc struct {
		Text string `json:"text"`
	}
	if !ok || m.event != "log" || json.Unmarshal([]byte(m.data), &doc) != nil {
		f.s.Fatalf("want text of the log, got %+v", m)
	}
	return doc.Text, m.id
}

// end expects the end of a log and then of the stream.
func (f *feed) end() api.Status {
	f.s.Helper()
	var st api.Status
	m, ok := f.next()
	if !ok || m.event != "end" || json.Unmarshal([]byte(m.data), &st) != nil {
		f.s.Fatalf("want the end, got %+v", m)
	}
	if m, more := f.next(); more {
		f.s.Fatalf("after the end comes %+v", m)
	}
	return st
}

func (s *site) print(t godocker.Task, name, text string) {
	s.Helper()
	f, err := os.OpenFile(filepath.Join(s.dirs.Path(&t), name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	s.must(err)
	defer f.Close()
	_, err = f.WriteString(text)
	s.must(err)
}

func TestLogFromTheStart(t *testing.T) {
	s := newSite(t)
	task := s.submit("ann")
	path := "/task/" + itoa(task.ID) + "/log"
	s.feed(path, "ann", "").end() // nothing was printed yet, and nobody follows
	s.print(task, jobdir.Stdout, "out\n")
	s.print(task, jobdir.Stderr, "err\n")
	for query, want := range map[string]string{"": "out\n", "?stream=stdout": "out\n", "?stream=stderr": "err\n"} {
		f := s.feed(path+query, "ann", "")
		if text, id := f.log(); text != want || id != "4" {
			t.Errorf("%s: %q with id %s", query, text, id)
		}
		if st := f.end(); st.Primary != "pending" {
			t.Errorf("%s: the task is %s", query, st.Primary)
		}
	}
}

func TestLogIsFollowedToTheEnd(t *testing.T) {
	s := newSite(t)
	task := s.submit("ann")
	f := s.feed("/task/"+itoa(task.ID)+"/log?follow=1", "ann", "")
	k := s.begin(task.ID)
	for _, line := range []string{"one\n", "two\n"} {
		s.print(task, jobdir.Stdout, line)
		if text, _ := f.log(); text != line {
			t.Errorf("got %q, want %q", text, line)
		}
	}
	s.print(task, jobdir.Stdout, "last") // and at once the end
	s.end(k, 0)
	if text, id := f.log(); text != "last" || id != "12" {
		t.Errorf("the rest is %q with id %s", text, id)
	}
	if st := f.end(); st.Primary != "over" || st.ExitCode == nil || *st.ExitCode != 0 {
		t.Errorf("the end says %+v", st)
	}
}

func TestLogGoesOnAfterTheLastEvent(t *testing.T) {
	s := newSite(t)
	task := s.submit("ann")
	s.print(task, jobdir.Stdout, "0123456789")
	path := "/task/" + itoa(task.ID) + "/log"
	for last, want := range map[string]string{"": "0123456789", "0": "0123456789", "4": "456789", "9": "9", "-3": "0123456789", "nonsense": "0123456789"} {
		if text, id := s.feed(path, "ann", last).log(); text != want || id != "10" {
			t.Errorf("after %q: %q with id %s", last, text, id)
		}
	}
	s.feed(path, "ann", "10").end()
	s.feed(path, "ann", "99999999999999999999").log()
}

// A character may be written, and read, in parts.
func TestLogKeepsCharactersWhole(t *testing.T) {
	s := newSite(t)
	task := s.submit("ann")
	k := s.begin(task.ID)
	f := s.feed("/task/"+itoa(task.ID)+"/log?follow=1", "ann", "")
	s.print(task, jobdir.Stdout, "a\xe2\x82")
	if text, id := f.log(); text != "a" || id != "1" {
		t.Errorf("with a character begun: %q with id %s", text, id)
	}
	s.print(task, jobdir.Stdout, "\xac")
	if text, id := f.log(); text != "€" || id != "4" {
		t.Errorf("with the character whole: %q with id %s", text, id)
	}
	s.print(task, jobdir.Stdout, "z\xe2\x82")
	if text, _ := f.log(); text != "z" {
		t.Errorf("with another begun: %q", text)
	}
	s.end(k, 0)
	if text, id := f.log(); text != "\ufffd\ufffd" || id != "7" {
		t.Errorf("with what never became a character: %q with id %s", text, id)
	}
	f.end()

	long := s.submit("ann") // longer than what is read at once
	want := "x" + strings.Repeat("€", 100_000)
	s.print(long, jobdir.Stdout, want)
	f = s.feed("/task/"+itoa(long.ID)+"/log", "ann", "")
	got := ""
	for len(got) < len(want) {
		text, id := f.log()
		if got += text; id != strconv.Itoa(len(got)) {
			t.Fatalf("id %s after %d bytes", id, len(got))
		}
	}
	if got != want {
		t.Error("a long log is not the same")
	}
	f.end()
}
