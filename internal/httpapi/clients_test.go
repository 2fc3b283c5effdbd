package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"godocker/api"
)

// These tests make the calls of known clients in their order, as they make them.

// An oldClient joins its server's address, which ends in a slash, with a path that begins
// with one, and sends a JSON header with whatever it sends, and with nothing.
type oldClient struct {
	*site
	token string
}

func (c *oldClient) call(method, path, body string, into any) {
	c.Helper()
	req := c.request(method, "", "", strings.NewReader(body))
	req.URL.Opaque, req.URL.RawPath = "//"+req.URL.Host+"//api/1.0"+path, ""
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	c.read(c.do(req), into)
}

// login exchanges the key for a token, as before each of the calls of a command.
func (c *oldClient) login(who string) {
	c.Helper()
	var t struct{ Token string }
	c.call("POST", "/authenticate", `{"user":"`+who+`","apikey":"`+c.keys[who]+`"}`, &t)
	c.token = t.Token
}

// godjob create of the original logs in anew for everything that it wants to know.
func TestOriginalCommandLine(t *testing.T) {
	c := &oldClient{site: newSite(t)}
	var config struct {
		Images           []struct{ URL string }
		Constraints      []struct{ Value []string }
		Volumes          []struct{ Name, ACL string }
		ExecutorFeatures []string `json:"executor_features"`
	}
	var projects []struct{ ID string }
	for range 4 { // images, labels, volumes, features
		c.login("ann")
		c.call("GET", "/config", "", &config)
	}
	c.login("ann")
	c.call("GET", "/user/ann/project", "", &projects)
	if len(config.Images) == 0 || len(projects) == 0 || projects[0].ID != "default" {
		t.Fatalf("the original finds no image in %+v, or no project in %+v", config, projects)
	}
	c.login("ann")
	var added struct {
		Msg string
		ID  int64
	}
	c.call("POST", "/task", `{"user":{"id":"ann","project":"default"},"date":1700000000,"meta":{"name":"n","description":"d","tags":["a"]},"requirements":{"cpu":1,"ram":1,"gpus":0,
		"array":{"values":null},"label":null,"user_quota_time":0,"tasks":[],"tmpstorage":null},"container":{"image":"`+config.Images[0].URL+`","volumes":[],"network":true,"id":null,
		"meta":null,"stats":null,"ports":[],"root":false},"command":{"interactive":false,"cmd":"#!/bin/bash\ntrue\n"},"status":{"primary":null,"secondary":null}}`, &added)
	if said := fmt.Sprintf("%s. Job id is %d", added.Msg, added.ID); said != "Task added. Job id is 1" {
		t.Errorf("the original prints %q", said)
	}

	// Then it looks whether the task is over, by two keys of the status.
	over := func() bool {
		var task struct{ Status map[string]any }
		c.login("ann")
		c.call("GET", "/task/1", "", &task)
		_, ran := task.Status["date_running"]
		return ran && task.Status["date_over"] != nil
	}
	before := over()
	k := c.begin(1)
	while := over()
	c.end(k, 0)
	if before || while || !over() {
		t.Errorf("the original takes it to be over: %t while it waits, %t while it runs, %t in the end", before, while, over())
	}
}

// Galaxy logs in once, and keeps the token for as long as it runs. The token dies with
// the key all the same.
func TestTokenThatIsHeldForWeeks(t *testing.T) {
	s := newSite(t)
	token, err := s.server.Desk.Exchange(t.Context(), "ann", s.keys["ann"], time.Now().Add(-60*24*time.Hour))
	s.must(err)
	c := &oldClient{site: s, token: token}
	var added api.Added
	c.call("POST", "/task", galaxy, &added)
	keys, err := s.store.ListKeys(t.Context(), "ann")
	s.must(err)
	s.must(s.store.DeleteKey(t.Context(), "ann", keys[0].ID))
	s.tokens["long"] = token
	s.problem(s.call("GET", "/api/1.0/task/"+itoa(added.ID), "long", ""), 401)
}

// A batch system polls the task, and then reads what it printed through the file system,
// in the folder that the document names.
func TestPollingAndReadingTheFolder(t *testing.T) {
	c := &oldClient{site: newSite(t)}
	c.login("ann")
	var added api.Added
	c.call("POST", "/task", galaxy, &added)
	states := []string{}
	look := func() (task api.Task) {
		c.call("GET", "/task/"+itoa(added.ID), "", &task)
		states = append(states, task.Status.Primary)
		return task
	}
	look()
	folder := c.task(added.ID)
	c.must(c.dirs.Create(&folder, nil))
	k := c.begin(added.ID)
	look()
	c.file(folder, "god.log", "what it printed\n")
	c.end(k, 0)
	task := look()
	if !slices.Equal(states, []string{"pending", "running", "over"}) || *task.Container.Meta.State.ExitCode != 0 {
		t.Errorf("the states are %v, the end %+v", states, task.Container.Meta)
	}
	for _, v := range task.Container.Volumes {
		if v.Name == "go-docker" {
			if text, err := os.ReadFile(filepath.Join(v.Path, "god.log")); err != nil || string(text) != "what it printed\n" {
				t.Errorf("god.log is %q, %v", text, err)
			}
			return
		}
	}
	t.Errorf("no volume go-docker in %+v", task.Container.Volumes)
}

// A workflow hands in everything that is ready at once, each with a login of its own.
func TestFiftySubmissionsAtOnce(t *testing.T) {
	s := newSite(t)
	ids := make([]int64, 50)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			var token api.Token
			if err := send(s, "/authenticate", "", `{"user":"ann","apikey":"`+s.keys["ann"]+`"}`, &token); err != nil {
				t.Error(err)
				return
			}
			var added api.Added
			if err := send(s, "/task", token.Token, fmt.Sprintf(`{"meta":{"name":"rule %d"},"command":{"cmd":"true"}}`, i), &added); err != nil {
				t.Error(err)
			}
			ids[i] = added.ID
		})
	}
	wg.Wait()
	names := map[string]bool{}
	for i, id := range ids {
		if k := s.task(id); k.Meta.Name != fmt.Sprintf("rule %d", i) {
			t.Errorf("submission %d has the id of %q", i, k.Meta.Name)
		}
		names[s.task(id).Meta.Name] = true
	}
	if s.count() != len(ids) || len(names) != len(ids) {
		t.Errorf("%d submissions became %d tasks", len(ids), s.count())
	}
}

// send may be called from any goroutine.
func send(s *site, path, token, body string, into any) error {
	req, err := http.NewRequestWithContext(s.Context(), http.MethodPost, s.http.URL+"//api/1.0"+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("POST %s: %s", path, resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(into)
}
