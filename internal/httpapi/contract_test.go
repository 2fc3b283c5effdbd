package httpapi_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/api"
	"godocker/internal/authz"
	"godocker/internal/httpapi"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the recorded answers anew")

const contracts = "testdata/contract"

// Every route has a file with requests and what is answered, letter by letter but for
// ids, times and secrets. With -update, answers are recorded anew, and a route without a
// file gets one.
func TestContract(t *testing.T) {
	text, err := newSite(t).server.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string
		}
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for path, item := range doc.Paths {
		for method, op := range item {
			file := filepath.Join(contracts, op.OperationID+".txt")
			known[file] = true
			t.Run(op.OperationID, func(t *testing.T) { replay(t, file, strings.ToUpper(method), path) })
		}
	}
	files, err := filepath.Glob(contracts + "/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !known[file] {
			t.Errorf("%s is for no route", file)
		}
	}
}

// An exchange is one request and its answer, as a file has them.
type exchange struct {
	remark             string // lines that begin with #
	method, path, who  string
	head               []string // of the request: Name: value
	body, kind, answer string   // kind is the content type where it is not the usual one
	status             int
}

var headLine = regexp.MustCompile(`^[A-Z][A-Za-z]*(-[A-Za-z]+)*: `)

// readExchanges reads a file: "> METHOD PATH as WHO", headers, the body, "< STATUS TYPE",
// and the answer.
func readExchanges(t *testing.T, text string) (out []exchange) {
	t.Helper()
	remark, inAnswer := "", false
	for line := range strings.Lines(text) {
		x := &exchange{}
		if len(out) > 0 {
			x = &out[len(out)-1]
		}
		switch {
		case strings.HasPrefix(line, "> "):
			line, who, _ := strings.Cut(strings.TrimSpace(line[2:]), " as ")
			method, path, _ := strings.Cut(line, " ")
			out = append(out, exchange{remark: remark, method: method, path: path, who: who})
			remark, inAnswer = "", false
		case strings.HasPrefix(line, "# "):
			remark += line
		case strings.HasPrefix(line, "< ") && !inAnswer:
			if _, err := fmt.Sscan(line[2:], &x.status); err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			_, x.kind, _ = strings.Cut(strings.TrimSpace(line[2:]), " ")
			inAnswer = true
		case inAnswer:
			x.answer += line
		case headLine.MatchString(line):
			x.head = append(x.head, strings.TrimSpace(line))
		default:
			x.body += strings.TrimSpace(line)
		}
	}
	for i := range out {
		out[i].answer = strings.TrimSpace(out[i].answer)
	}
	return out
}

// String writes an exchange as readExchanges reads it.
func (x exchange) String() string {
	who := ""
	if x.who != "" {
		who = " as " + x.who
	}
	out := fmt.Sprintf("%s> %s %s%s\n", x.remark, x.method, x.path, who)
	for _, line := range append(x.head, x.body) {
		if line != "" {
			out += line + "\n"
		}
	}
	out += strings.TrimSpace(fmt.Sprintf("< %d %s", x.status, x.kind)) + "\n"
	if x.answer != "" {
		out += x.answer + "\n"
	}
	return out
}

func replay(t *testing.T, file, method, template string) {
	text, err := os.ReadFile(file)
	if err != nil && !*update {
		t.Fatalf("%s %s has no recorded answers in %s; see CONTRIBUTING.md", method, template, file)
	}
	xs := readExchanges(t, string(text))
	if len(xs) == 0 && *update {
		xs = []exchange{{method: method, path: strings.NewReplacer("{id}", "{over}", "{skip}", "0", "{limit}", "0", "{days}", "1").Replace(template), who: "root1"}}
	}
	form := strings.ReplaceAll(regexp.QuoteMeta(template), `\{path\}`, ".*")
	route := regexp.MustCompile("^" + regexp.MustCompile(`\\\{\w+\\\}`).ReplaceAllString(form, "[^/]+") + `(\?.*)?$`)
	p := newPlay(t)
	var got []string
	tried := false
	for _, x := range xs {
		tried = tried || x.method == method && route.MatchString(x.path)
		is := p.exchange(x)
		if diff := cmp.Diff(x.String(), is.String()); diff != "" && !*update {
			t.Errorf("%s %s as %q (-recorded +answered):\n%s", x.method, x.path, x.who, diff)
		}
		got = append(got, is.String())
	}
	if !tried {
		t.Errorf("%s does not try %s %s", file, method, template)
	}
	if *update {
		if err := os.MkdirAll(contracts, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(strings.Join(got, "\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// A play is a site whose tasks and people have names.
type play struct {
	*site
	values map[string]string // by name in braces
	hide   []replacement
}

type replacement struct {
	what *regexp.Regexp
	by   string
}

// newPlay has a task of ann in each state, one of bob, an array, a project, a session, a
// registry login, a process and a reservation.
func newPlay(t *testing.T) *play {
	s := newSite(t, oneNode, func(srv *httpapi.Server) {
		srv.Window = 2
		srv.PushKey = "the push key"
		webPorts(srv)
		srv.Authz = gate(t, srv.Store)
	})
	s.must(s.store.CreateProject(t.Context(), godocker.Project{ID: "lab", Description: "the lab", Members: []string{"ann"}, Priority: 50}))
	s.must(s.store.CreateUser(t.Context(), godocker.User{ID: "carl", UID: 30001, GID: 30001, Active: true, Source: "local", Priority: 50, Created: time.Now()}))
	p := &play{site: s, values: map[string]string{"{ann's key}": s.keys["ann"]}}
	task := func(name, who, doc string) int64 {
		var added api.Added
		s.read(s.call("POST", "/api/1.0/task", who, doc), &added)
		k := s.task(added.ID)
		s.must(s.dirs.Create(&k, nil))
		p.values["{"+name+"}"] = itoa(added.ID)
		return added.ID
	}
	small := `{"meta":{"name":"small"},"command":{"cmd":"true"}}`
	task("pending", "ann", galaxy)
	s.begin(task("running", "ann", `{"meta":{"name":"small"},"requirements":{"web_port":8888},"command":{"cmd":"true"}}`))
	over := task("over", "ann", small)
	s.end(s.begin(over), 0)
	folder := s.task(over)
	s.file(folder, "god.log", "hello\n")
	s.file(folder, "result/answer.txt", "42\n")
	failed := s.begin(task("failed", "ann", small))
	s.fail(failed, 3)
	s.suspend(task("suspended", "ann", small))
	task("array", "ann", `{"meta":{"name":"many"},"requirements":{"array":{"values":"1:3"}},"command":{"cmd":"true"}}`)
	for i, id := range s.task(p.id("array")).Requirements.Array.Tasks {
		p.values[fmt.Sprintf("{element %d}", i+1)] = itoa(id)
	}
	task("bob's", "bob", small)
	s.must(s.store.Beat(t.Context(), godocker.Process{Name: "web-host1", Host: "host", PID: 77, Roles: []string{"web"}, Version: "test", Started: time.Now(), Seen: time.Now()}))
	s.read(s.call("PUT", "/api/1.0/user/ann/registry/lab.org", "ann", `{"username":"ann1","password":"sesame"}`), &struct{}{})
	s.read(s.call("POST", "/api/1.0/reservation", "root1", `{"nodes":["localhost"],"for":["ann","lab"],"from":"2999-03-05T14:00:00Z","to":"2999-03-05T17:00:00Z","reason":"a course"}`), &api.Reservation{})
	recipe, err := s.store.CreateRecipe(t.Context(), godocker.Recipe{Owner: "ann", Project: "lab", Name: "align", Task: `{"name":"align","container":{"image":"debian:12","volumes":[]},"command":{"cmd":"align \"$SAMPLE\""}}`,
		Inputs: []godocker.Input{{Name: "SAMPLE", Kind: godocker.InputText}}, Created: time.Now(), Changed: time.Now()}, 9)
	s.must(err)
	p.values["{recipe}"] = itoa(recipe)
	c := s.cookie(annsPassword)
	p.values["{session}"] = s.sessions(c, "ann")[0].ID
	p.values["{running's attempt}"] = s.attempt(p.id("running"), 1)
	create := authz.Request{Method: "POST", URI: "/v1.41/containers/create?name=" + p.values["{running's attempt}"], Body: []byte(`{"Image":"busybox:1"}`)}
	token, err := s.server.Authz.Key.Sign(p.values["{running's attempt}"], create)
	s.must(err)
	p.values["{attempt's token}"] = token
	keys, err := s.store.ListKeys(t.Context(), "ann")
	s.must(err)
	p.values["{key}"] = itoa(keys[len(keys)-1].ID)
	p.hides()
	return p
}

func (p *play) id(name string) (id int64) {
	p.Helper()
	_, err := fmt.Sscan(p.values["{"+name+"}"], &id)
	p.must(err)
	return id
}

// hides lists what differs from run to run.
func (p *play) hides() {
	hide := func(what, by string) { p.hide = append(p.hide, replacement{regexp.MustCompile(what), by}) }
	root := filepath.Dir(filepath.Dir(filepath.Dir(filepath.Dir(p.dirs.Path(&godocker.Task{ID: 1})))))
	hide(regexp.QuoteMeta(root), "<shared>")
	hide(`pairtree_root/[0-9/]+/task`, "pairtree_root/<id>/task")
	hide(`("(?:date|date_over|date_running|date_asked|date_done|date_used|created|changed|expires|last|started|seen)": ?)[0-9.]+`, `$1"<time>"`)
	hide(`("(?:claimed|ended)": ?)[0-9]{9}[0-9.]*`, `$1"<time>"`) // and no counts
	hide(`("(?:duration|suspended)": ?)[0-9.e-]+`, `$1"<seconds>"`)
	hide(`("(?:cpu|ram|time)": ?)[0-9]+(?:\.[0-9]+|(?:\.[0-9]+)?e-[0-9]+)`, `$1"<used>"`)
	hide(`("(?:uid|gid)": ?)[0-9]+`, `$1"<id>"`)
	hide(`("(?:token|key|ticket)": ?)"[^"]+"`, `$1"<secret>"`)
	hide(`("(?:prefix|apikey)": ?)"[^"]{8}…"`, `$1"<begin>…"`)
	hide(`("date": ?)"\d+_\d+_\d+"`, `$1"<day>"`)
	hide(`(?m)("seq": ?|^id: )[0-9]+`, `$1<seq>`)
	hide(`"`+p.values["{session}"]+`"`, `"{session}"`)
	hide(`("id": )\S+(,\s+"executor": "[a-z]+",\s+"nodes")`, `$1"<number>"$2`)
	hide(`("type": "dir",\s+"size": )[0-9]+`, `$1"<size>"`)
	hide(`(//)([0-9]+)(\.tasks)`, `${1}<$2>$3`)
	hide(`([Tt]ask )([0-9]+)`, `${1}<$2>`)
	hide(`("task_id":|"(?:id|parent_task_id|rescheduled_from|next)": )([0-9]+)`, `$1<$2>`) // with a space it is the value of an element
	hide(`(?m)^(\s+)([0-9]+)(,?)$`, `$1<$2>$3`)
}

var keyID = regexp.MustCompile(`"(id|next)": [0-9]+`)

var numbered = regexp.MustCompile(`<([0-9]+)>`)

// normal puts names in place of ids, and hides what differs.
func (p *play) normal(text string) string {
	for _, h := range p.hide {
		text = h.what.ReplaceAllString(text, h.by)
	}
	return numbered.ReplaceAllStringFunc(text, func(id string) string {
		if id == "<0>" || id == "<4711>" { // no task at all
			return strings.Trim(id, "<>")
		}
		for name, value := range p.values {
			if "<"+value+">" == id && !strings.Contains(name, "key") && name != "{recipe}" {
				return name
			}
		}
		return "<new id>"
	})
}

// exchange makes a request and returns it with its answer.
func (p *play) exchange(x exchange) exchange {
	p.Helper()
	fill := func(s string) string {
		for name, value := range p.values {
			s = strings.ReplaceAll(s, name, value)
		}
		return s
	}
	ctx, cancel := context.WithTimeout(p.Context(), patience)
	defer cancel()
	req := p.request(x.method, at(fill(x.path)), x.who, strings.NewReader(fill(x.body))).WithContext(ctx)
	for _, line := range x.head {
		name, value, _ := strings.Cut(line, ": ")
		req.Header.Set(name, fill(value))
	}
	resp, err := noRedirects.Do(req)
	p.must(err)
	defer resp.Body.Close()
	x.status, x.kind, x.answer = resp.StatusCode, resp.Header.Get("Content-Type"), ""
	switch {
	case strings.HasPrefix(x.kind, "text/event-stream"):
		x.answer = p.normal(p.messages(resp.Body))
	case x.kind == jsonType:
		x.kind = ""
		text, err := io.ReadAll(resp.Body)
		p.must(err)
		var shown bytes.Buffer
		p.must(json.Indent(&shown, text, "", "  "))
		answer := shown.String()
		if strings.Contains(x.path, "/key") || strings.Contains(x.path, "/audit") || strings.Contains(x.path, "/recipe") { // whose ids are of no tasks
			answer = keyID.ReplaceAllString(answer, `"$1": "<id>"`)
		}
		x.answer = strings.TrimSpace(p.normal(answer))
	default:
		text, err := io.ReadAll(resp.Body)
		p.must(err)
		x.answer = strings.TrimSpace(string(text))
	}
	return x
}

// messages reads a stream to its end, or the first three messages.
func (p *play) messages(body io.Reader) string {
	var out strings.Builder
	lines := bufio.NewReader(body)
	for seen := 0; seen < 3; {
		line, err := lines.ReadString('\n')
		if err != nil {
			break
		}
		if strings.HasPrefix(line, "data: ") {
			seen++
		}
		if line != "\n" && line[0] != ':' {
			out.WriteString(line)
		}
	}
	return strings.TrimSpace(out.String())
}
