package httpapi_test

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"godocker/api"
	"godocker/internal/httpapi"
)

func TestEveryJSONAnswerHasTheOneContentType(t *testing.T) {
	s := newSite(t)
	task := s.submit("ann")
	id := itoa(task.ID)
	for path, status := range map[string]int{
		"GET /api/1.0/ping": 200, "GET /api/1.0/config": 200, "GET /openapi.json": 200,
		"GET /api/1.0/task": 200, "GET /api/1.0/task/active": 200, "POST /api/1.0/task/over/0/0": 200,
		"GET /api/1.0/task/" + id: 200, "GET /api/1.0/task/" + id + "/status": 200, "GET /api/1.0/task/" + id + "/files/": 200,
		"GET /api/1.0/nothing": 404, "POST /api/1.0/nothing": 404, "DELETE /api/1.0/ping": 404, "PATCH /api/1.0/task": 404,
		"GET /api/": 404, "GET /api/1.0": 404, "GET /api/2.0/task": 404, "POST /": 404, "PUT /openapi.json": 404,
		"GET /api/1.0/task/" + id + "/files/nothing": 404, "GET /api/1.0/task/99": 404, "GET /api/1.0/task/active/all": 403,
		"GET /api/1.0/task?limit=0": 400, "POST /api/1.0/task/over/x/0": 400, "GET /api/1.0/task/" + id + "/log?stream=x": 400,
		"DELETE /api/1.0/session": 200,
	} {
		method, path, _ := strings.Cut(path, " ")
		a := s.call(method, path, "ann", "")
		if a.StatusCode != status || a.Header.Get("Content-Type") != jsonType || !json.Valid([]byte(a.text)) {
			t.Errorf("%s %s: %s, %q, want %d and JSON: %s", method, path, a.Status, a.Header.Get("Content-Type"), status, a.text)
		}
		if status >= 400 {
			s.problem(a, status)
		}
	}
}

func itoa(n int64) string {
	b, _ := json.Marshal(n)
	return string(b)
}

// People log in with -s http://host:6543/, and the client joins the strings.
func TestDoubledSlashesAreServedInPlace(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"//api/1.0/task", "///api/1.0/task", "/api//1.0/task", "/api/1.0//task", "/./api/1.0/task"} {
		var added api.Added
		req := s.request("POST", "", "ann", strings.NewReader(`{"command":{"cmd":"true"}}`))
		req.URL.Opaque, req.URL.RawPath = "//"+req.URL.Host+path, "" // as is, uncleaned
		s.read(s.do(req), &added)
		if added.Msg != "Task added" || added.ID == 0 {
			t.Errorf("POST %s: %+v", path, added)
		}
		req = s.request("GET", "", "ann", nil)
		req.URL.Opaque = "//" + req.URL.Host + path + "/" + itoa(added.ID)
		var task api.Task
		if s.read(s.do(req), &task); task.ID != added.ID {
			t.Errorf("GET %s: task %d, want %d", path, task.ID, added.ID)
		}
	}
	task := s.submit("ann")
	var files []api.File
	s.read(s.call("GET", "/api/1.0/task/"+itoa(task.ID)+"/files", "ann", ""), &files)
	if len(files) == 0 {
		t.Error("a folder without a slash at its end is not listed")
	}
}

func TestBearerInAnyCase(t *testing.T) {
	s := newSite(t)
	for _, kind := range []string{"Bearer", "bearer", "BEARER", "bEaReR"} {
		req := s.request("GET", "/api/1.0/task/active", "", nil)
		req.Header.Set("Authorization", kind+" "+s.tokens["ann"])
		if a := s.do(req); a.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", kind, a.Status)
		}
	}
	for _, header := range []string{"", "Basic " + s.tokens["ann"], s.tokens["ann"], "Bearer", "Bearer ", "Bearer x.y.z", "BearerX " + s.tokens["ann"]} {
		req := s.request("GET", "/api/1.0/task/active", "", nil)
		req.Header.Set("Authorization", header)
		s.problem(s.do(req), 401)
	}
}

// Older clients send a JSON header with an empty body, another header, or none.
func TestRequestContentTypesAndEmptyBodies(t *testing.T) {
	s := newSite(t)
	for _, kind := range []string{"application/json", "application/json; charset=UTF-8", "application/x-www-form-urlencoded", "text/plain", "nonsense", ""} {
		for _, call := range []string{"POST /api/1.0/task/over/0/10", "DELETE /api/1.0/session", "POST /api/1.0/task", "POST /api/1.0/authenticate"} {
			method, path, _ := strings.Cut(call, " ")
			body, want := "", 200
			switch path {
			case "/api/1.0/task":
				body = `{"command":{"cmd":"true"}}`
			case "/api/1.0/authenticate":
				body = `{"user":"ann","apikey":"` + s.keys["ann"] + `"}`
			}
			req := s.request(method, path, "ann", strings.NewReader(body))
			if req.Header.Del("Content-Type"); kind != "" {
				req.Header.Set("Content-Type", kind)
			}
			if a := s.do(req); a.StatusCode != want {
				t.Errorf("%s with content type %q: %s %s", call, kind, a.Status, a.text)
			}
		}
	}
	s.problem(s.call("POST", "/api/1.0/task", "ann", ""), 400)
	s.problem(s.call("POST", "/api/1.0/authenticate", "", ""), 400)
}

// What Galaxy's runner posts: another subset of the document, nulls, unknown fields.
const galaxy = `{"user":{"id":"bob","uid":0,"gid":0,"project":null},"date":1465933782,"meta":{"name":"g","description":null,"tags":null},
	"requirements":{"cpu":"1","ram":2,"array":{"values":null},"label":null,"tasks":[],"user_quota_time":0,"shiny":{"new":[1,2]},"tmpstorage":null},
	"container":{"image":"busybox:1","volumes":[],"network":true,"id":null,"meta":null,"stats":null,"ports":[],"root":false},
	"command":{"interactive":false,"cmd":"#!/bin/bash\ntrue\n"},"status":{"primary":null,"secondary":null},"more":1}`

func TestPartialDocuments(t *testing.T) {
	s := newSite(t)
	var added api.Added
	s.read(s.call("POST", "/api/1.0/task", "ann", galaxy), &added)
	var doc api.Task
	s.read(s.call("GET", "/api/1.0/task/"+itoa(added.ID), "ann", ""), &doc)
	if doc.User.ID != "ann" || doc.Date.Unix() != 1465933782 || doc.Requirements.CPU.Value != 1 || doc.Container.Image != "busybox:1" {
		t.Errorf("the task became %+v", doc)
	}
	s.read(s.call("POST", "/api/1.0/task", "ann", `{"command":{"cmd":"true"}}`), &added)
	a := s.call("GET", "/api/1.0/task/"+itoa(added.ID), "ann", "")
	s.read(a, &doc)
	if doc.Requirements.CPU.Value != 1 || doc.Requirements.RAM.Value != 2 || doc.Container.Image != "debian:12" || doc.User.Project != "default" {
		t.Errorf("the defaults are %+v", doc)
	}
	var raw map[string]map[string]any
	_ = json.Unmarshal([]byte(a.text), &raw)
	for _, list := range []any{raw["meta"]["tags"], raw["requirements"]["tasks"], raw["requirements"]["label"], raw["container"]["volumes"], raw["container"]["ports"]} {
		if _, ok := list.([]any); !ok {
			t.Errorf("a list is %v in %s", list, a.text)
		}
	}
	if over, there := raw["status"]["date_over"]; !there || over != nil {
		t.Error("date_over is not there and null")
	}
}

// Ids of other tasks are numbers or texts: both are understood, and unknown ones are
// refused alike.
func TestIDsAsNumbersAndTexts(t *testing.T) {
	s := newSite(t)
	one, two := s.submit("ann").ID, s.submit("ann").ID
	for _, form := range []string{`[%d]`, `["%d"]`, `["ok:%d", %d]`, `["%d?fail:%d", ""]`} {
		ids := fmt.Sprintf(form, one, two)
		ids, _, _ = strings.Cut(ids, "%!(EXTRA")
		body := `{"requirements":{"tasks":` + ids + `},"command":{"cmd":"true"}}`
		if a := s.call("POST", "/api/1.0/task", "ann", body); a.StatusCode != http.StatusOK {
			t.Errorf("%s: %s %s", ids, a.Status, a.text)
		}
		doc := s.problem(s.call("POST", "/api/1.0/task", "bob", body), 400)
		if len(doc.Errors) == 0 || doc.Errors[0].Field != "requirements.tasks" {
			t.Errorf("%s for somebody else: %+v", ids, doc)
		}
	}
}

func TestPagesAndDescriptions(t *testing.T) {
	s := newSite(t)
	for path, want := range map[string]string{"/": "the page", "/task/12": "the page", "/docs": "the docs", "/docs/": "the docs"} {
		if a := s.call("GET", path, "", ""); a.StatusCode != http.StatusOK || !strings.Contains(a.text, want) || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
			t.Errorf("%s: %s %q %s", path, a.Status, a.Header.Get("Content-Type"), a.text)
		}
	}
	if a := s.call("GET", "/metrics", "", ""); a.StatusCode != http.StatusOK || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/plain") {
		t.Errorf("/metrics: %s %q", a.Status, a.Header.Get("Content-Type"))
	}
	if resp := s.call("HEAD", "/api/1.0/ping", "", ""); resp.StatusCode != http.StatusOK || resp.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("HEAD /ping: %s %v", resp.Status, resp.Header)
	}
}

// TestThePageIsSmall holds what a browser that takes everything gets: compressed as far as gzip goes.
func TestThePageIsSmall(t *testing.T) {
	script := strings.Repeat("export const value = 'of the page';\n", 1000)
	s := newSite(t, func(s *httpapi.Server) {
		s.Page = fstest.MapFS{"index.html": {Data: []byte("<html>the page")}, "assets/index.js": {Data: []byte(script)}}
	})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.http.URL+"/assets/index.js", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "gzip, deflate, br, zstd")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.Header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("encoded as %q", resp.Header.Get("Content-Encoding"))
	}
	unpacked, err := gzip.NewReader(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(unpacked); err != nil || string(got) != script {
		t.Errorf("%v; %d bytes, want %d", err, len(got), len(script))
	}
}
