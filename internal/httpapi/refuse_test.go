package httpapi_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"godocker/api"
)

// TestBadInput hands in what is wrong. Each answer names the field in words, and
// nothing is stored.
func TestBadInput(t *testing.T) {
	s := newSite(t)
	for _, bad := range []struct{ body, field, words string }{
		{`{"container":{"image":"alpine:3"},"command":{"cmd":"true"}}`, "container.image", `"alpine:3" is not an image of this site; want one of: debian:12, busybox:1`},
		{`{"command":{"cmd":""}}`, "command.cmd", "is empty"},
		{`{"command":{"cmd":" \n\t"}}`, "command.cmd", "is empty"},
		{`{}`, "command.cmd", "is empty"},
		{`null`, "command.cmd", "is empty"},
		{`{"command":{"cmd":"a\u0000b"}}`, "command.cmd", "zero byte"},
		{`{"command":{"cmd":"true"},"container":{"volumes":[{"name":"nowhere"}]}}`, "container.volumes", `no volume "nowhere"`},
		{`{"command":{"cmd":"true"},"user":{"project":"theirs"}}`, "user.project", `not a member of a project "theirs"`},
		{`{"command":{"cmd":"true"},"requirements":{"cpu":0}}`, "requirements.cpu", "want at least 0.01 cpus, got 0"},
		{`{"command":{"cmd":"true"},"requirements":{"cpu":-1}}`, "requirements.cpu", "got -1"},
		{`{"command":{"cmd":"true"},"requirements":{"cpu":1e9}}`, "requirements.cpu", "more than any node can have"},
		{`{"command":{"cmd":"true"},"requirements":{"cpu":1e999}}`, "requirements.cpu", "want a number"},
		{`{"command":{"cmd":"true"},"requirements":{"cpu":"abc"}}`, "requirements.cpu", `want a number, got "abc"`},
		{`{"command":{"cmd":"true"},"requirements":{"cpu":"NaN"}}`, "requirements.cpu", `want a number, got "NaN"`},
		{`{"command":{"cmd":"true"},"requirements":{"ram":"-Inf"}}`, "requirements.ram", "want a number"},
		{`{"command":{"cmd":"true"},"requirements":{"ram":0.000001}}`, "requirements.ram", "want at least 0.01 GB"},
		{`{"command":{"cmd":"true"},"requirements":{"cpu":{}}}`, "requirements.cpu", "want a number, got {}"},
		{`{"command":{"cmd":"true"},"requirements":{"executor":"moon"}}`, "requirements.executor", "want one of: docker"},
		{`{"command":{"cmd":"true"},"requirements":{"gpus":1}}`, "requirements.gpus", "the executor docker has no gpus"},
		{`{"command":{"cmd":"true"},"requirements":{"network":"project"}}`, "requirements.network", "not available in this version"},
		{`{"command":{"cmd":"true"},"container":{"root":true}}`, "container.root", "this site runs no tasks as root"},
		{`{"command":{"cmd":"true","interactive":true}}`, "command.interactive", "the executor docker has no interactive tasks"},
		{`{"command":{"cmd":"true"},"meta":{"name":"a\nb"}}`, "meta.name", "want one line without"},
		{`{"command":{"cmd":"true"},"meta":{"name":"gnp.\u202ehs"}}`, "meta.name", "formatting characters"},
		{`{"command":{"cmd":"true"},"meta":{"name":"` + strings.Repeat("n", 201) + `"}}`, "meta.name", "at most 200 characters, got 201"},
		{`{"command":{"cmd":"true"},"meta":{"description":"two\nlines\u2066"}}`, "meta.description", "formatting characters"},
		{`{"command":{"cmd":"true"},"meta":{"tags":["a","\u200bb"]}}`, "meta.tags", "formatting characters"},
		{`{"command":{"cmd":"true"},"date":"tomorrow"}`, "date", `want a number, got "tomorrow"`},
		{`{"command":{"cmd":"true"},"date":1e300}`, "date", "want a number"},
		{`{"command":{"cmd":7}}`, "command.cmd", "want a text, got number"},
		{`{"command":"true"}`, "command", "want an object, got string"},
		{`{"command":{"cmd":"true"},"meta":{"tags":"a,b"}}`, "meta.tags", "want a list, got string"},
		{`{"command":{"cmd":"true"},"container":{"volumes":["home"]}}`, "container.volumes", "want an object, got string"},
		{`{"command":{"cmd":"true","interactive":"yes"}}`, "command.interactive", "want true or false, got string"},
		{`{"command":{"cmd":"true"},"requirements":{"tasks":[true]}}`, "requirements.tasks", "want a text, got true"},
		{`[]`, "body", "want an object, got array"},
		{`"text"`, "body", "want an object"},
		{`{"command":{"cmd":"tr`, "body", "not JSON, or was cut short"},
		{`{"command":{"cmd":"true"}}}`, "body", "not JSON"},
		{`cmd=true`, "body", "not JSON"},
		{"\xff\xfe{", "body", "not JSON"},
	} {
		doc := s.problem(s.call("POST", "/api/1.0/task", "ann", bad.body), 400)
		if len(doc.Errors) != 1 || doc.Errors[0].Field != bad.field || !strings.Contains(doc.Errors[0].Message, bad.words) {
			t.Errorf("%.80s: %+v, want %s: %s", bad.body, doc.Errors, bad.field, bad.words)
		}
		if !strings.Contains(doc.Detail, bad.field) || !strings.Contains(doc.Detail, bad.words) {
			t.Errorf("%.80s: the detail %q does not say it", bad.body, doc.Detail)
		}
		if strings.Contains(doc.Detail, "Go ") || strings.Contains(doc.Detail, "api.") || strings.Contains(doc.Detail, "validation failed") {
			t.Errorf("%.80s: the detail %q is for programmers", bad.body, doc.Detail)
		}
	}
	if n := s.count(); n != 0 {
		t.Errorf("%d tasks were stored", n)
	}
}

func TestAllThatIsWrongIsSaidAtOnce(t *testing.T) {
	s := newSite(t)
	doc := s.problem(s.call("POST", "/api/1.0/task", "ann", `{"container":{"image":"x"},"requirements":{"cpu":-1,"ram":-1,"gpus":2,"ports":[80]}}`), 400)
	var fields []string
	for _, e := range doc.Errors {
		fields = append(fields, e.Field)
	}
	want := "command.cmd requirements.cpu requirements.ram container.image requirements.gpus requirements.ports"
	if got := strings.Join(fields, " "); got != want {
		t.Errorf("the fields are %s, want %s", got, want)
	}
}

func TestTooLarge(t *testing.T) {
	s := newSite(t)
	script := func(size int) string {
		return fmt.Sprintf(`{"command":{"cmd":"%s"}}`, strings.Repeat("x", size))
	}
	var added api.Added
	s.read(s.call("POST", "/api/1.0/task", "ann", script(1_000_000)), &added)
	for size, words := range map[int]string{1_000_001: "command.cmd: the script is larger than the 1000000 bytes", 20_000_000: "request body is too large"} {
		if doc := s.problem(s.call("POST", "/api/1.0/task", "ann", script(size)), 413); !strings.Contains(doc.Detail, words) {
			t.Errorf("a script of %d bytes: %s", size, doc.Detail)
		}
	}
	// A script of the allowed size may need more in JSON.
	s.read(s.call("POST", "/api/1.0/task", "ann", `{"command":{"cmd":"`+strings.Repeat(`\u0001`, 1_000_000)+`"}}`), &added)
	if n := s.count(); n != 2 {
		t.Errorf("%d tasks are stored, want 2", n)
	}
}

// A body that ends before its announced length is the client's mistake; nothing of
// it is used, even if what came is a whole document.
func TestBodyCutShort(t *testing.T) {
	s := newSite(t)
	for _, head := range []string{"Content-Length: 1000", "Transfer-Encoding: chunked"} {
		body := `{"command":{"cmd":"true"}}`
		if strings.HasPrefix(head, "Transfer") {
			body = fmt.Sprintf("%x\r\n%s\r\n", len(body), body) // and no last chunk
		}
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.http.URL, "http://"))
		s.must(err)
		defer conn.Close()
		_, err = fmt.Fprintf(conn, "POST /api/1.0/task HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n%s\r\n\r\n%s",
			s.tokens["ann"], head, body)
		s.must(err)
		s.must(conn.(*net.TCPConn).CloseWrite())
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		s.must(err)
		resp.Body.Close()
		if resp.StatusCode != http.StatusBadRequest || resp.Header.Get("Content-Type") != jsonType {
			t.Errorf("%s: %s %q", head, resp.Status, resp.Header.Get("Content-Type"))
		}
	}
	if n := s.count(); n != 0 {
		t.Errorf("%d tasks were stored", n)
	}
}

func TestParametersAreNamed(t *testing.T) {
	s := newSite(t)
	for path, field := range map[string]string{
		"GET /api/1.0/task?limit=1001": "limit", "GET /api/1.0/task?limit=x": "limit", "GET /api/1.0/task?before=x": "before",
		"GET /api/1.0/task?state=sleeping": "state", "POST /api/1.0/task/over/-1/0": "skip", "POST /api/1.0/task/over/0/x": "limit",
		"GET /api/1.0/task/1/log?stream=stdin": "stream", "GET /api/1.0/task/1/log?follow=maybe": "follow",
	} {
		method, path, _ := strings.Cut(path, " ")
		doc := s.problem(s.call(method, path, "ann", ""), 400)
		if len(doc.Errors) != 1 || doc.Errors[0].Field != field || !strings.Contains(doc.Detail, field) {
			t.Errorf("%s: %+v", path, doc)
		}
	}
}
