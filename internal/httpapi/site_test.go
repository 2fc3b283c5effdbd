package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"godocker"
	"godocker/api"
	"godocker/auth/local"
	"godocker/internal/account"
	"godocker/internal/credential"
	"godocker/internal/entry"
	"godocker/internal/httpapi"
	"godocker/internal/jobdir"
	"godocker/internal/live"
	"godocker/internal/simulate"
	board "godocker/internal/site"
	"godocker/internal/submit"
	"godocker/plugin"
	"godocker/store"
	"godocker/store/sqlstore"

	"github.com/prometheus/client_golang/prometheus"
)

const jsonType = "application/json; charset=UTF-8"

const passphrase = "0123456789abcdef0123456789abcdef"

// A site is a server without rooms: nothing moves a task but the test.
type site struct {
	*testing.T
	server *httpapi.Server
	store  store.Store
	dirs   *jobdir.Tree
	http   *httptest.Server
	tokens map[string]string // by name of the caller
	keys   map[string]string

	project string // of the tasks that it submits; "" = the default one
}

// callers are the people and keys that every site has. "ann reads" and "ann
// submits" are keys of ann with a scope; "root submits" is an administrator's.
var callers = []struct {
	name, user string
	scopes     []godocker.Scope
}{
	{"ann", "ann", nil},
	{"bob", "bob", nil},
	{"root1", "root1", nil},
	{"ann reads", "ann", []godocker.Scope{godocker.ScopeRead}},
	{"ann submits", "ann", []godocker.Scope{godocker.ScopeSubmit}},
	{"root1 reads", "root1", []godocker.Scope{godocker.ScopeRead}},
	{"root1 submits", "root1", []godocker.Scope{godocker.ScopeSubmit}},
}

func newSite(t *testing.T, change ...func(*httpapi.Server)) *site {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	st, err := sqlstore.Open(t.Context(), "sqlite::memory:", log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	hub, err := live.New(t.Context(), st, log)
	if err != nil {
		t.Fatal(err)
	}
	go hub.Run(t.Context())
	people, err := local.New(t.Context(), plugin.Env{Users: st}, local.Config{})
	if err != nil {
		t.Fatal(err)
	}
	s := &site{T: t, store: st, dirs: jobdir.New(t.TempDir(), 0o750), tokens: map[string]string{}, keys: map[string]string{}}
	seal, err := credential.NewSeal(passphrase)
	if err != nil {
		t.Fatal(err)
	}
	s.server = &httpapi.Server{
		Store: st, Hall: &entry.Hall{Log: log}, Seal: seal, Hub: hub, Log: log, Dirs: s.dirs,
		Desk: account.New(st, people, local.Users(st, nil), passphrase, time.Hour),
		Submit: submit.New(st, submit.Rules{Dynamic: map[string]bool{"maxlifespan": false}, WebPorts: true, CPU: 1, RAM: 2, MaxScript: 1_000_000, KnownExecutors: []string{"docker"},
			Images: []api.Image{{Name: "debian", URL: "debian:12", Default: true}, {Name: "busybox", URL: "busybox:1"}}}),
		Config:  api.Config{Version: "test", Executors: []string{"docker"}, Abilities: map[string][]string{"docker": {"kill"}}, Images: []api.Image{{Name: "debian", URL: "debian:12", Default: true}}},
		Page:    fstest.MapFS{"index.html": {Data: []byte("<html>the page")}, "docs/index.html": {Data: []byte("<html>the docs")}},
		Metrics: prometheus.NewRegistry(), MaxBody: 7 << 20, Session: time.Hour, Window: 30, Site: &board.Board{Store: st},
		Patience: 10 * time.Millisecond,
		Settings: func() []api.Setting {
			return []api.Setting{{Key: "clean_old", Value: "30", Place: "go-d.ini line 3"}, {Key: "secret_passphrase", Secret: true}}
		},
		Simulate: simulated,
	}
	for _, c := range change {
		c(s.server)
	}
	s.http = httptest.NewServer(s.server.Handler())
	t.Cleanup(s.http.Close)
	s.people()
	go s.scheduler(t.Context(), hub)
	return s
}

// simulated knows what is asked of it in a few words.
func simulated(ctx context.Context, file, policy string) ([]simulate.Named, error) {
	switch file {
	case "for ever":
		<-ctx.Done()
		return nil, ctx.Err()
	case "wrong":
		return nil, errors.New("file line 1: want nodes")
	}
	o := &simulate.Outcome{All: simulate.Row{Name: "all", Tasks: 3, Median: 60}, Users: []simulate.Row{{Name: "ann", Tasks: 3}}, Capacity: 8, Fairness: 1,
		Samples: []simulate.Sample{{At: time.Unix(86400, 0), Waiting: 2, Cores: map[string]float64{"default": 4, "lab": 2}}}}
	return []simulate.Named{{Name: "fifo", Outcome: o}}, nil
}

// scheduler answers what is asked of the leader.
func (s *site) scheduler(ctx context.Context, hub *live.Hub) {
	seq := int64(0)
	for ctx.Err() == nil {
		events, err := hub.After(ctx, seq)
		if err != nil {
			return
		}
		seq = events[len(events)-1].Seq
		qs, err := s.store.Questions(ctx)
		if err != nil {
			return
		}
		for _, q := range qs {
			a := godocker.Answer{Code: "resources", Reason: "no room", Facts: []string{"bob holds 4 cpus"}, Ahead: 2, Waiting: 7, Earliest: time.Unix(1e9, 0), Latest: time.Unix(2e9, 0)}
			switch {
			case q.If != nil:
				a = godocker.Answer{Starts: true, Reason: fmt.Sprintf("%g cpus, %g GB, %v, nice %d, %v for %s in %s", q.If.CPU, q.If.RAM, q.If.Labels, q.If.Nice, q.If.Lifespan, q.If.User, q.If.Project)}
			case q.Task == 0:
				waiting, err := s.store.Queue(ctx, []godocker.State{godocker.Pending}, nil, 0, 0)
				if err != nil {
					return
				}
				a = godocker.Answer{}
				for _, w := range waiting {
					a.Queue = append(a.Queue, godocker.Place{ID: w.ID, Code: "limit", Reason: w.User + " may run one task at once"})
				}
			}
			if s.store.Answer(ctx, time.Now(), q.ID, a) != nil {
				return
			}
		}
	}
}

// slowHash is the hash of everybody's password, made once as it takes its time.
var slowHash = sync.OnceValues(func() (string, error) { return local.Hash("correct horse") })

func (s *site) people() {
	s.Helper()
	hash, err := slowHash()
	s.must(err)
	for _, c := range callers {
		if c.scopes == nil {
			s.must(s.store.CreateUser(s.Context(), godocker.User{ID: c.user, UID: os.Getuid(), GID: os.Getgid(), Active: true,
				Admin: c.user == "root1", Source: "local", PasswordHash: hash, Priority: godocker.DefaultPriority, Created: time.Now()}))
		}
		key, _, err := account.NewKey(s.Context(), s.store, godocker.Key{User: c.user, Name: c.name, Scopes: c.scopes}, time.Now())
		s.must(err)
		s.keys[c.name] = key
		s.tokens[c.name], err = s.server.Desk.Exchange(s.Context(), c.user, key, time.Now())
		s.must(err)
	}
}

func (s *site) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// An answer is a response that was read to its end.
type answer struct {
	*http.Response
	text string
}

// at is where a path of the description is.
func at(path string) string {
	if strings.Contains(path, "Plugin.") { // Docker knows no prefix
		return path
	}
	return httpapi.Prefix + path
}

func (s *site) request(method, path, who string, body io.Reader) *http.Request {
	s.Helper()
	req, err := http.NewRequestWithContext(s.Context(), method, s.http.URL+path, body)
	s.must(err)
	req.Header.Set("Content-Type", "application/json")
	if who != "" {
		req.Header.Set("Authorization", "Bearer "+s.tokens[who])
	}
	return req
}

var noRedirects = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func (s *site) do(req *http.Request) answer {
	s.Helper()
	resp, err := noRedirects.Do(req)
	s.must(err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	s.must(err)
	return answer{resp, string(text)}
}

func (s *site) call(method, path, who, body string) answer {
	s.Helper()
	return s.do(s.request(method, path, who, strings.NewReader(body)))
}

// problem checks that an answer is an error document of the house, and returns it.
func (s *site) problem(a answer, status int) api.Error {
	s.Helper()
	var doc api.Error
	if a.StatusCode != status || a.Header.Get("Content-Type") != jsonType {
		s.Fatalf("%s %s: %s, %q, want %d and %q: %s", a.Request.Method, a.Request.URL, a.Status, a.Header.Get("Content-Type"), status, jsonType, a.text)
	}
	if err := json.Unmarshal([]byte(a.text), &doc); err != nil {
		s.Fatalf("%s is no error document: %v", a.text, err)
	}
	if doc.Status != status || doc.Title != http.StatusText(status) || doc.Detail == "" || doc.Msg != doc.Detail || doc.Code == "" {
		s.Fatalf("%s: want status %d, its title, a detail, the same as msg, and a code", a.text, status)
	}
	return doc
}

// read decodes a success.
func (s *site) read(a answer, into any) {
	s.Helper()
	if a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != jsonType {
		s.Fatalf("%s %s: %s, %q: %s", a.Request.Method, a.Request.URL, a.Status, a.Header.Get("Content-Type"), a.text)
	}
	d := json.NewDecoder(bytes.NewReader([]byte(a.text)))
	if err := d.Decode(into); err != nil {
		s.Fatalf("%s: %v", a.text, err)
	}
}

// submit hands in a small task and returns it with its folder made.
func (s *site) submit(who string) godocker.Task {
	s.Helper()
	var added api.Added
	s.read(s.call("POST", "/api/1.0/task", who, `{"command":{"cmd":"true"},"user":{"project":"`+s.project+`"}}`), &added)
	t := s.task(added.ID)
	s.must(s.dirs.Create(&t, nil))
	return t
}

func (s *site) task(id int64) godocker.Task {
	s.Helper()
	t, err := s.store.Task(s.Context(), id)
	s.must(err)
	return t
}

// begin moves a waiting task to running.
func (s *site) begin(id int64) store.AttemptKey {
	s.Helper()
	l, _, err := s.store.Acquire(s.Context(), "schedule", "test", time.Now(), time.Hour)
	s.must(err)
	_, err = s.store.Claim(s.Context(), l, time.Now(), []store.Claim{{ID: id, Executor: "docker", Node: "localhost"}})
	s.must(err)
	k := store.AttemptKey{ID: id, Attempt: s.task(id).Attempt}
	_, err = s.store.Started(s.Context(), time.Now(), []store.Start{{AttemptKey: k, Handle: "h", Node: "localhost"}})
	s.must(err)
	return k
}

// suspend holds a waiting task back.
func (s *site) suspend(id int64) {
	s.Helper()
	_, err := s.store.Wish(s.Context(), id, godocker.Wish{Kind: godocker.WishSuspend, By: "ann", Asked: time.Now()})
	s.must(err)
	s.must(s.store.Grant(s.Context(), time.Now(), store.Grant{ID: id, Kind: godocker.WishSuspend, State: godocker.Pending, Suspended: true}))
}

// end moves a running task to over.
func (s *site) end(k store.AttemptKey, code int) {
	s.Helper()
	_, err := s.store.Ended(s.Context(), time.Now(), []store.End{{AttemptKey: k, ExitCode: &code, Ended: time.Now()}})
	s.must(err)
	_, err = s.store.Finish(s.Context(), time.Now(), []store.Finish{{AttemptKey: k, ExitCode: &code, Outcome: godocker.Succeeded}})
	s.must(err)
}

// count is how many tasks are stored.
func (s *site) count() (n int) {
	s.Helper()
	counts, err := s.store.Count(s.Context())
	s.must(err)
	for _, c := range counts {
		n += c
	}
	return n
}
