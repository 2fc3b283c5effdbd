package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"godocker"
	"godocker/api"
	"godocker/store/sqlstore"
	"godocker/test/daemon"
)

// api measures requests: logging in, one task, and the first page of a very long list.
func (b *bench) api() error {
	return b.with("api", daemon.Options{Config: manyNodes, Roles: []string{"web"}}, func(s *daemon.Server) error {
		if err := b.authenticate(s); err != nil {
			return err
		}
		if err := b.oneTask(s); err != nil {
			return err
		}
		return b.firstPage(s, "SQLite", "sqlite://"+filepath.Join(s.Dir, "data", "godocker.db"))
	})
}

const requests = 20_000

// ask sends the same request many times from several clients, and returns how long all
// of them and each took.
func (b *bench) ask(s *daemon.Server, from, n int, method, path, token string, body []byte) (time.Duration, []time.Duration, error) {
	c := &http.Client{Transport: &http.Transport{MaxIdleConns: from, MaxIdleConnsPerHost: from}}
	each := make([]time.Duration, n)
	var next atomic.Int64
	var failed atomic.Pointer[error]
	var wg sync.WaitGroup
	began := time.Now()
	for range from {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(n) && failed.Load() == nil; i = next.Add(1) - 1 {
				start := time.Now()
				if err := once(c, "http://"+s.Address+"/api/1.0"+path, method, token, body); err != nil {
					failed.Store(&err)
				}
				each[i] = time.Since(start)
			}
		})
	}
	wg.Wait()
	took := time.Since(began)
	if err := failed.Load(); err != nil {
		return 0, nil, *err
	}
	return took, each, nil
}

func once(c *http.Client, url, method, token string, body []byte) error {
	req, err := http.NewRequest(method, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s: %s: %s", method, url, resp.Status, text)
	}
	return err
}

func (b *bench) credentials(s *daemon.Server) ([]byte, error) {
	return json.Marshal(api.Credentials{User: s.User, APIKey: s.Key})
}

func (b *bench) authenticate(s *daemon.Server) error {
	body, err := b.credentials(s)
	if err != nil {
		return err
	}
	took, _, err := b.ask(s, clients, requests, "POST", "/authenticate", "", body)
	if err != nil {
		return err
	}
	b.table.add("POST /authenticate with a key", fmt.Sprintf("%.0f/s", rate(requests, took)), "≥ 5000/s", "%d times by %d clients, which share the processors with the server", requests, clients)
	return nil
}

// token logs in.
func (b *bench) token(s *daemon.Server) (string, error) {
	body, err := b.credentials(s)
	if err != nil {
		return "", err
	}
	resp, err := http.Post("http://"+s.Address+"/api/1.0/authenticate", "application/json", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var t api.Token
	err = json.NewDecoder(resp.Body).Decode(&t)
	return t.Token, err
}

func (b *bench) oneTask(s *daemon.Server) error {
	const many = 64
	c, err := s.Client(b.ctx)
	if err != nil {
		return err
	}
	id, err := c.Submit(b.ctx, document("true"))
	if err != nil {
		return err
	}
	token, err := b.token(s)
	if err != nil {
		return err
	}
	took, each, err := b.ask(s, many, requests, "GET", fmt.Sprintf("/task/%d", id), token, nil)
	if err != nil {
		return err
	}
	b.table.add("GET /task/{id}", fmt.Sprintf("%.0f/s", rate(requests, took)), "≥ 5000/s", "%d times by %d clients", requests, many)
	b.table.add("GET /task/{id}, p99", ms(quantile(each, 0.99)), "< 20 ms", "median %s", ms(quantile(each, 0.5)))
	return nil
}

// firstPage fills a database with tasks and asks for the newest of them.
func (b *bench) firstPage(s *daemon.Server, what, url string) error {
	if err := b.fill(url, func(int) string { return s.User }, b.list); err != nil {
		return err
	}
	token, err := b.token(s)
	if err != nil {
		return err
	}
	const times = 200
	_, each, err := b.ask(s, 1, times, "GET", "/task?limit=50", token, nil)
	if err != nil {
		return err
	}
	b.table.add("first page of a list, "+what, ms(quantile(each, 0.5)), "< 30 ms", "50 of %d tasks; p95 %s", b.list, ms(quantile(each, 0.95)))
	return nil
}

// fill adds tasks straight to a database.
func (b *bench) fill(url string, owner func(i int) string, n int) error {
	st, err := sqlstore.Open(b.ctx, url, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer st.Close()
	const at = 1000
	ts := make([]godocker.Task, at)
	for done := 0; done < n; done += at {
		for i := range ts {
			ts[i] = godocker.Task{Submitted: time.Now(), User: godocker.Owner{ID: owner(done + i), UID: 1000, GID: 1000, Project: godocker.DefaultProject},
				Meta: godocker.Meta{Name: "perf"}, Requirements: godocker.Requirements{CPU: 1, RAM: 1}, Container: godocker.Container{Image: image},
				Command: godocker.Command{Script: "true"}}
		}
		if _, err := st.Submit(b.ctx, ts); err != nil {
			return err
		}
	}
	return nil
}

// postgres measures the list on the PostgreSQL server that the environment names.
func (b *bench) postgres() error {
	url := os.Getenv("GODOCKER_TEST_POSTGRES")
	if url == "" {
		return fmt.Errorf("GODOCKER_TEST_POSTGRES names no PostgreSQL server; make bench starts one")
	}
	conn, err := pgx.Connect(b.ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(b.ctx)
	schema := strings.ReplaceAll(daemon.Name("perf"), "-", "_")
	if _, err := conn.Exec(b.ctx, "CREATE SCHEMA "+schema); err != nil {
		return err
	}
	defer func() { _, _ = conn.Exec(b.ctx, "DROP SCHEMA "+schema+" CASCADE") }()
	own := url + "?search_path=" + schema
	return b.with("postgres", daemon.Options{Config: fmt.Sprintf("%s\ndatabase: %q", manyNodes, own), Roles: []string{"web"}}, func(s *daemon.Server) error {
		return b.firstPage(s, "PostgreSQL", own)
	})
}
