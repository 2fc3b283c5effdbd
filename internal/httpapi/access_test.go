package httpapi_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/api"
	"godocker/internal/httpapi"
)

// The columns of the table: nobody, the owner, another user, an administrator, a key
// of the owner that only reads, one that only submits, and keys of the administrator
// of the same kinds.
var columns = []string{"", "ann", "bob", "root1", "ann reads", "ann submits", "root1 reads", "root1 submits"}

// access says what each operation answers whom, about a task, the person and a project of ann.
var access = map[string][]int{
	"GET /ping":          {200, 200, 200, 200, 200, 200, 200, 200},
	"GET /config":        {200, 200, 200, 200, 200, 200, 200, 200},
	"DELETE /session":    {200, 200, 200, 200, 200, 200, 200, 200},
	"POST /authenticate": {401, 401, 401, 401, 401, 401, 401, 401}, // the body decides, not the caller
	"GET /session":       {401, 200, 200, 200, 200, 200, 200, 200},

	"POST /prometheus":   {403, 403, 403, 403, 403, 403, 403, 403}, // the key in the body decides
	"GET /maintenance":   {401, 200, 200, 200, 200, 200, 200, 200},
	"PUT /maintenance":   {401, 403, 403, 200, 403, 403, 403, 403},
	"GET /process":       {401, 403, 403, 200, 403, 403, 403, 403},
	"GET /statistics":    {401, 200, 200, 200, 200, 200, 200, 200},
	"GET /audit":         {401, 403, 403, 200, 403, 403, 403, 403},
	"GET /configuration": {401, 403, 403, 200, 403, 403, 403, 403},
	"POST /simulation":   {401, 403, 403, 200, 403, 403, 403, 403},
	"GET /image":         {401, 200, 200, 200, 200, 200, 200, 200},
	"GET /node":          {401, 200, 200, 200, 200, 200, 200, 200},

	"GET /reservation":         {401, 200, 200, 200, 200, 200, 200, 200},
	"POST /reservation":        {401, 403, 403, 200, 403, 403, 403, 403},
	"DELETE /reservation/{id}": {401, 403, 403, 200, 403, 403, 403, 403},

	"GET /task/{id}/why":                 {401, 200, 404, 200, 200, 200, 404, 404},
	"POST /task/{id}/why":                {401, 200, 404, 200, 200, 200, 404, 404},
	"POST /why":                          {401, 200, 200, 200, 200, 200, 200, 200},
	"GET /queue":                         {401, 200, 200, 200, 200, 200, 200, 200},
	"POST /task":                         {401, 200, 200, 200, 403, 200, 403, 200},
	"GET /task":                          {401, 200, 200, 200, 200, 200, 200, 200},
	"GET /task/active":                   {401, 200, 200, 200, 200, 200, 200, 200},
	"GET /task/active/all":               {401, 403, 403, 200, 403, 403, 403, 403},
	"POST /task/over/{skip}/{limit}":     {401, 200, 200, 200, 200, 200, 200, 200},
	"POST /task/over/all/{skip}/{limit}": {401, 403, 403, 200, 403, 403, 403, 403},
	"GET /task/{id}":                     {401, 200, 404, 200, 200, 200, 404, 404},
	"GET /task/{id}/status":              {401, 200, 404, 200, 200, 200, 404, 404},
	"GET /task/{id}/files/{path}":        {401, 200, 404, 200, 200, 200, 404, 404},
	"PUT /task/{id}/files/{path}":        {401, 200, 404, 200, 403, 200, 403, 404},
	"GET /task/{id}/zip/{path}":          {401, 200, 404, 200, 200, 200, 404, 404},
	"GET /task/{id}/lines":               {401, 200, 404, 200, 200, 200, 404, 404},
	"GET /task/{id}/history":             {401, 200, 404, 200, 200, 200, 404, 404},
	"POST /task/act":                     {401, 200, 200, 200, 403, 200, 403, 200}, // who may do what is said of each task
	"GET /task/{id}/log":                 {401, 200, 404, 200, 200, 200, 404, 404},
	"PUT /task/{id}":                     {401, 200, 404, 200, 403, 200, 403, 404},
	"DELETE /task/{id}":                  {401, 200, 404, 200, 403, 200, 403, 404},
	"GET /task/{id}/suspend":             {401, 200, 404, 200, 403, 200, 403, 404},
	"POST /task/{id}/suspend":            {401, 200, 404, 200, 403, 200, 403, 404},
	"GET /task/{id}/resume":              {401, 200, 404, 200, 403, 200, 403, 404},
	"POST /task/{id}/resume":             {401, 200, 404, 200, 403, 200, 403, 404},
	"GET /task/{id}/reschedule":          {401, 200, 404, 200, 403, 200, 403, 404},
	"POST /task/{id}/reschedule":         {401, 200, 404, 200, 403, 200, 403, 404},
	"GET /task/{id}/archive":             {401, 200, 404, 200, 403, 200, 403, 404},
	"DELETE /task/{id}/archive":          {401, 200, 404, 200, 403, 200, 403, 404},
	"GET /archive/{days}":                {401, 200, 200, 200, 403, 200, 403, 200},
	"DELETE /archive/{days}":             {401, 200, 200, 200, 403, 200, 403, 200},
	"POST /task/{id}/web":                {401, 200, 404, 200, 403, 200, 403, 404},
	"POST /task/{id}/terminal":           {401, 409, 404, 409, 403, 409, 403, 404}, // the task is not interactive
	"GET /task/{id}/terminal":            {401, 400, 404, 400, 403, 400, 403, 404}, // it is no WebSocket
	"GET /event":                         {401, 200, 200, 200, 200, 200, 200, 200},
	"DELETE /user/{id}/task":             {401, 200, 404, 200, 403, 200, 403, 404},
	"GET /user/{id}/project":             {401, 200, 404, 200, 200, 200, 404, 404},
	"GET /user/{id}/usage":               {401, 200, 404, 200, 200, 200, 404, 404},
	"DELETE /user/{id}/quota":            {401, 403, 403, 200, 403, 403, 403, 403},
	"GET /usage":                         {401, 403, 403, 200, 403, 403, 403, 403},
	"GET /user":                          {401, 403, 403, 200, 403, 403, 403, 403},
	"GET /user/{id}":                     {401, 200, 404, 200, 200, 200, 404, 404},
	"PUT /user/{id}":                     {401, 200, 404, 200, 403, 403, 403, 403},
	"DELETE /user/{id}":                  {401, 403, 403, 200, 403, 403, 403, 403},

	"GET /project":               {401, 200, 200, 200, 200, 200, 200, 200},
	"POST /project":              {401, 403, 403, 200, 403, 403, 403, 403},
	"GET /project/{id}":          {401, 200, 404, 200, 200, 200, 404, 404},
	"POST /project/{id}":         {401, 403, 404, 200, 403, 403, 403, 403}, // ann does not lead it
	"DELETE /project/{id}":       {401, 403, 403, 200, 403, 403, 403, 403},
	"GET /project/{id}/usage":    {401, 200, 404, 200, 200, 200, 404, 404},
	"DELETE /project/{id}/quota": {401, 403, 403, 200, 403, 403, 403, 403},

	"GET /project/{id}/member/usage": {401, 200, 404, 200, 200, 200, 404, 404},

	"GET /recipe":            {401, 200, 200, 200, 200, 200, 200, 200},
	"POST /recipe":           {401, 200, 200, 200, 403, 200, 403, 200},
	"GET /recipe/{id}":       {401, 200, 404, 200, 200, 200, 404, 404},
	"PUT /recipe/{id}":       {401, 200, 404, 200, 403, 200, 403, 404},
	"DELETE /recipe/{id}":    {401, 200, 404, 200, 403, 200, 403, 404},
	"POST /recipe/{id}/task": {401, 200, 404, 200, 403, 200, 403, 404},

	"GET /user/{id}/preference": {401, 200, 404, 200, 200, 200, 404, 404},
	"PUT /user/{id}/preference": {401, 200, 404, 200, 403, 200, 403, 404},
	"GET /user/{id}/session":    {401, 200, 404, 200, 200, 200, 404, 404},
	"DELETE /user/{id}/session": {401, 200, 404, 200, 403, 403, 403, 403},

	"DELETE /user/{id}/session/{session}": {401, 200, 404, 200, 403, 403, 403, 403},
	"GET /user/{id}/key":                  {401, 200, 404, 200, 200, 200, 404, 404},
	"POST /user/{id}/key":                 {401, 200, 404, 200, 403, 403, 403, 403},
	"DELETE /user/{id}/key/{key}":         {401, 200, 404, 200, 403, 403, 403, 403},

	"GET /user/{id}/registry":               {401, 200, 404, 200, 200, 200, 404, 404},
	"PUT /user/{id}/registry/{registry}":    {401, 200, 404, 200, 403, 200, 403, 404},
	"DELETE /user/{id}/registry/{registry}": {401, 200, 404, 200, 403, 200, 403, 404},

	// Docker engines are not logged in. On this site they may not ask.
	"POST /Plugin.Activate":      {404, 404, 404, 404, 404, 404, 404, 404},
	"POST /AuthZPlugin.AuthZReq": {404, 404, 404, 404, 404, 404, 404, 404},
	"POST /AuthZPlugin.AuthZRes": {404, 404, 404, 404, 404, 404, 404, 404},
}

func TestAccessOfEveryRoute(t *testing.T) {
	s := newSite(t, oneNode, webPorts)
	text, err := s.server.OpenAPI()
	s.must(err)
	var doc struct {
		Paths map[string]map[string]struct {
			Description string `json:"description"`
		} `json:"paths"`
	}
	s.must(json.Unmarshal(text, &doc))
	seen := 0
	for path, item := range doc.Paths {
		for method := range item {
			name := strings.ToUpper(method) + " " + path
			want, ok := access[name]
			if !ok {
				t.Errorf("%s has no row in this test: say who may use it", name)
				continue
			}
			seen++
			for i, who := range columns {
				s.tryAccess(name, who, want[i])
			}
		}
	}
	if seen != len(access) {
		t.Errorf("this test has %d rows, the interface %d operations", len(access), seen)
	}
}

// What a key that only reads may send, beside GET: questions, and what is about no key.
var questions = []string{"POST /task/over/{skip}/{limit}", "POST /task/over/all/{skip}/{limit}", "POST /authenticate", "DELETE /session", "POST /task/{id}/why", "POST /why", "POST /simulation",
	"POST /Plugin.Activate", "POST /AuthZPlugin.AuthZReq", "POST /AuthZPlugin.AuthZRes"}

// GETs that change something, as older clients send them.
var wishes = regexp.MustCompile(`^GET /(task/\{id\}/(suspend|resume|reschedule|archive)|archive/\{days\})$`)

func TestKeysThatReadChangeNothing(t *testing.T) {
	for name, want := range access {
		changes := !strings.HasPrefix(name, "GET ") && !slices.Contains(questions, name) || wishes.MatchString(name)
		for i, who := range columns {
			if changes && strings.HasSuffix(who, " reads") && want[i] != http.StatusForbidden {
				t.Errorf("%s as %q: %d, and that changes something", name, who, want[i])
			}
		}
	}
}

// A page of another site has a browser send what a proxy makes of somebody, or the
// cookie, and no more than that. Whatever takes more than reading is refused, by every
// method.
func TestOtherSitesReachNoRouteThatChanges(t *testing.T) {
	s := newSite(t, oneNode, behind("127.0.0.1/32"))
	c := s.cookie(annsPassword)
	for name, want := range access {
		method, path, _ := strings.Cut(name, " ")
		if strings.HasPrefix(path, "/AuthZ") || strings.HasPrefix(path, "/Plugin") || want[0] != http.StatusUnauthorized || name == "POST /authenticate" ||
			!wishes.MatchString(name) && (method == http.MethodGet && want[1] != http.StatusForbidden || slices.Contains(questions, name)) {
			continue // for anybody, or only to be read
		}
		path = httpapi.Prefix + strings.NewReplacer("{id}", "1", "{skip}", "0", "{limit}", "0", "{days}", "1", "{registry}", "lab.org", "{session}", "x", "{key}", "1").Replace(path)
		for _, head := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}, {"Referer", "http://evil.example/page"}, nil} {
			if method != http.MethodGet && (len(head) == 0 || head[0] == "Referer") {
				continue // there is an Origin, too, or no browser
			}
			for how, a := range map[string]answer{
				"the proxy's header": s.said(method, path, "", append(head, "X-Remote-User", "ann")...),
				"the cookie":         s.with(c, method, path, "", head...),
			} {
				if doc := s.problem(a, http.StatusForbidden); doc.Detail != "this request comes from a page of another site" {
					t.Errorf("%s by %s with %v: %s", name, how, head, doc.Detail)
				}
			}
		}
	}
	task := func() string {
		id := s.submit("ann").ID
		s.begin(id)
		return httpapi.Prefix + "/task/" + itoa(id) + "/suspend"
	}
	for _, head := range [][]string{{"Sec-Fetch-Site", "same-origin"}, {"Sec-Fetch-Site", "none"}, {"Origin", s.http.URL}, {"Referer", s.http.URL + "/page"}} {
		for how, a := range map[string]answer{
			"the proxy's header": s.said("GET", task(), "", append(head, "X-Remote-User", "ann")...),
			"the cookie":         s.with(c, "GET", task(), "", head...),
		} {
			if a.StatusCode != http.StatusOK {
				t.Errorf("by %s with %v: %s", how, head, a.Status)
			}
		}
	}
	if a := s.said("GET", task(), "ann", "Sec-Fetch-Site", "cross-site", "X-Remote-User", "ann"); a.StatusCode != http.StatusOK {
		t.Errorf("with a token, which no page of another site has: %s", a.Status)
	}
}

func (s *site) tryAccess(name, who string, want int) {
	s.Helper()
	task := s.submit("ann") // a new one, as it may be killed
	s.end(s.begin(task.ID), 0)
	switch {
	case name == "DELETE /task/{id}", name == "PUT /task/{id}/files/{path}", name == "PUT /task/{id}", strings.HasSuffix(name, "/suspend"):
		task = s.submit("ann")
		s.begin(task.ID)
	case strings.HasSuffix(name, "/web"):
		task = s.serving("ann")
	case strings.HasSuffix(name, "/resume"):
		task = s.submit("ann")
		s.suspend(task.ID)
	}
	s.must(s.store.SaveLogin(s.Context(), godocker.Login{User: "ann", Registry: "lab.org"}))
	method, path, _ := strings.Cut(name, " ")
	id := itoa(task.ID)
	body := `{"command":{"cmd":"true"},"name":"a key"}`
	switch {
	case name == "DELETE /user/{id}":
		id = "user" + id // a new one
		s.must(s.store.CreateUser(s.Context(), godocker.User{ID: id}))
	case strings.HasPrefix(path, "/user/"):
		id = "ann"
		now := time.Now()
		session := godocker.Session{ID: rand.Text(), User: "ann", Digest: rand.Text(), Created: now, Expires: now.Add(time.Hour)}
		s.must(s.store.CreateSession(s.Context(), session))
		key, err := s.store.CreateKey(s.Context(), godocker.Key{User: "ann", Digest: rand.Text()})
		s.must(err)
		defer func() { _ = s.store.DeleteKey(context.WithoutCancel(s.Context()), "ann", key) }() // a person has only so many
		path = strings.NewReplacer("{session}", session.ID, "{key}", itoa(key)).Replace(path)
	case strings.HasPrefix(path, "/project/"):
		id = "project" + id
		s.must(s.store.CreateProject(s.Context(), godocker.Project{ID: id, Members: []string{"ann"}}))
	case path == "/recipe":
		body = `{"name":"a recipe","task":{"command":{"cmd":"true"}}}`
	case strings.HasPrefix(path, "/recipe/"):
		n, err := s.store.CreateRecipe(s.Context(), godocker.Recipe{Owner: "ann", Name: "a recipe", Task: `{"command":{"cmd":"true"}}`}, 1000)
		s.must(err)
		id = itoa(n)
	case path == "/reservation":
		body = `{"nodes":["localhost"]}`
	case strings.HasPrefix(path, "/reservation/"):
		n, err := s.store.SaveReservation(s.Context(), time.Now(), godocker.Reservation{})
		s.must(err)
		id = itoa(n)
	case name == "PUT /maintenance":
		body = `{"on":false}`
	case path == "/simulation":
		body = `{"file":"nodes: [{cpu: 1}]"}`
	case path == "/project":
		body = `{"id":"new` + id + `"}`
	}
	if name == "PUT /task/{id}/files/{path}" {
		s.file(task, "old.txt", "")
		path = strings.Replace(path, "{path}", "new.txt", 1)
	}
	path = strings.Replace(path, "zip/{path}", "zip/", 1)
	path = strings.NewReplacer("{id}", id, "{skip}", "0", "{limit}", "0", "{days}", "1", "{path}", "cmd.sh", "{registry}", "lab.org").Replace(path)
	switch name {
	case "PUT /task/{id}":
		body = `{"name":"maxlifespan","value":"1h"}`
	case "POST /task/act":
		body = `{"do":"kill","tasks":[` + id + `]}`
	case "PUT /user/{id}/registry/{registry}":
		body = `{"username":"a","password":"p"}`
	}
	resp, err := noRedirects.Do(s.request(method, at(path), who, strings.NewReader(body)))
	s.must(err)
	resp.Body.Close() // some never end
	if resp.StatusCode != want {
		s.Errorf("%s as %q: %d, want %d", name, who, resp.StatusCode, want)
	}
	if kind := resp.Header.Get("Content-Type"); resp.StatusCode != http.StatusOK && kind != jsonType {
		s.Errorf("%s as %q: %q", name, who, kind)
	}
}

// Whoever may not see a task cannot tell it from one that is not there.
func TestTasksOfOthersDoNotExist(t *testing.T) {
	s := newSite(t)
	theirs := itoa(s.submit("ann").ID)
	missing := "4711"
	for _, path := range []string{"/task/ID", "/task/ID/status", "/task/ID/files/", "/task/ID/files/cmd.sh", "/task/ID/log", "DELETE /task/ID"} {
		method, path, ok := strings.Cut(path, " ")
		if !ok {
			method, path = "GET", method
		}
		a := s.call(method, httpapi.Prefix+strings.ReplaceAll(path, "ID", theirs), "bob", "")
		b := s.call(method, httpapi.Prefix+strings.ReplaceAll(path, "ID", missing), "bob", "")
		s.problem(a, 404)
		if a.StatusCode != b.StatusCode || a.text != strings.ReplaceAll(b.text, missing, theirs) {
			t.Errorf("%s: a task of others answers %s, a missing one %s", path, a.text, b.text)
		}
	}
	for _, id := range []string{"0", "-1", "abc", "1e3", "99999999999999999999", "1.0", "%00"} {
		s.problem(s.call("GET", "/api/1.0/task/"+id, "ann", ""), 404)
	}
	for id, want := range map[string]string{"a%00": "NUL", "%2e%2e": "contain .. here"} {
		if got := s.call("GET", "/api/1.0/task/"+id, "ann", ""); !strings.Contains(got.text, want) {
			t.Errorf("%s: %s", id, got.text)
		}
	}
}

func TestListsShowOnlyWhatOneMaySee(t *testing.T) {
	s := newSite(t, func(srv *httpapi.Server) { srv.ShareProjects = true })
	s.must(s.store.CreateProject(t.Context(), godocker.Project{ID: "lab", Members: []string{"ann", "bob"}}))
	anns, bobs := s.submit("ann"), s.submit("bob")
	var shared api.Added
	s.read(s.call("POST", "/api/1.0/task", "bob", `{"user":{"project":"lab"},"command":{"cmd":"true"}}`), &shared)
	s.end(s.begin(s.submit("bob").ID), 0)

	list := func(path, who string, want ...int64) {
		t.Helper()
		var tasks []api.Task
		if method, path, _ := strings.Cut(path, " "); strings.HasPrefix(path, "/task?") {
			var page api.Page
			s.read(s.call(method, httpapi.Prefix+path, who, ""), &page)
			tasks = page.Tasks
		} else {
			s.read(s.call(method, httpapi.Prefix+path, who, ""), &tasks)
		}
		got := []int64{}
		for _, k := range tasks {
			got = append(got, k.ID)
		}
		if itoaAll(got) != itoaAll(want) {
			t.Errorf("%s as %s: %v, want %v", path, who, got, want)
		}
	}
	list("GET /task/active", "ann", shared.ID, anns.ID)
	list("GET /task/active?project=lab", "ann", shared.ID)
	list("GET /task/active", "bob", shared.ID, bobs.ID)
	list("GET /task/active/all", "root1", shared.ID, bobs.ID, anns.ID)
	list("POST /task/over/0/0", "ann")
	list("POST /task/over/all/0/1", "root1", shared.ID+1)
	list("GET /task?state=pending", "ann", shared.ID, anns.ID)
	list("GET /task?user=bob&state=over", "root1", shared.ID+1)
	list("GET /task?user=*&limit=2", "root1", shared.ID+1, shared.ID)
	s.problem(s.call("GET", "/api/1.0/task?user=bob", "ann", ""), 403)
	s.problem(s.call("GET", "/api/1.0/task?user=*", "root1 reads", ""), 403)
	s.problem(s.call("GET", "/api/1.0/user/nobody/project", "root1", ""), 404)
	if a := s.call("GET", "/api/1.0/task/"+itoa(shared.ID), "ann", ""); a.StatusCode != http.StatusOK {
		t.Errorf("a task of a shared project: %s", a.Status)
	}
	s.problem(s.call("DELETE", "/api/1.0/task/"+itoa(shared.ID), "ann", ""), 403) // seen, not changed
}

func itoaAll(ids []int64) string {
	if ids == nil {
		ids = []int64{}
	}
	b, _ := json.Marshal(ids)
	return string(b)
}

// An administrator submits for others, unless with a key that may not administer.
func TestSubmittingForOthers(t *testing.T) {
	s := newSite(t)
	for who, want := range map[string]string{"root1": "bob", "root1 submits": "root1", "ann": "ann"} {
		var added api.Added
		s.read(s.call("POST", "/api/1.0/task", who, `{"user":{"id":"bob"},"command":{"cmd":"true"}}`), &added)
		if got := s.task(added.ID).User.ID; got != want {
			t.Errorf("submitted by %s for bob: it is %s's, want %s's", who, got, want)
		}
	}
}
