package app_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"godocker"
	"godocker/executor/fake"
	"godocker/internal/fetch"
	"godocker/internal/live"
)

// A wire is a network that obeys the host of an URI: "fast", "slow" takes an hour,
// "down" is away, "gone" has nothing, and "bad-3" is away three times.
type wire struct {
	mu    sync.Mutex
	tries map[string][]time.Time // by the name of the file
}

func (n *wire) Fetch(ctx context.Context, u godocker.URI, w io.Writer, most int64, progress func(got, size int64)) (int64, error) {
	n.mu.Lock()
	n.tries[u.Name] = append(n.tries[u.Name], time.Now())
	try := len(n.tries[u.Name])
	n.mu.Unlock()
	bad := 0
	_, _ = fmt.Sscanf(u.Host, "bad-%d", &bad)
	switch {
	case u.Host == "down" || try <= bad:
		return 0, &fetch.Error{Why: "the server does not answer", Again: true}
	case u.Host == "gone":
		return 0, &fetch.Error{Why: "the server answers 404 Not Found"}
	case u.Host == "slow":
		for minute := range 60 {
			progress(int64(minute)*1_000_000, 60_000_000)
			select {
			case <-time.After(time.Minute):
			case <-ctx.Done():
				return 0, ctx.Err()
			}
		}
	}
	k, err := io.WriteString(w, "from "+u.Host)
	return int64(k), err
}

func (n *wire) count(name string) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.tries[name])
}

func fetching(uris ...string) func(*godocker.Task) {
	return func(t *godocker.Task) { t.Requirements.URIs = uris }
}

func (h *house) holds(id int64, name, want string) {
	h.t.Helper()
	t := h.task(id)
	if b, err := os.ReadFile(filepath.Join(h.dirs.Path(&t), name)); err != nil || string(b) != want {
		h.t.Errorf("%s of task %d holds %q, %v; want %q", name, id, b, err, want)
	}
}

// A long fetch is told of, and keeps nobody waiting; and whoever does not want it any
// more need not wait either.
func TestFetch(t *testing.T) {
	lived(t, fake.Config{}, nil, func(h *house) {
		long := h.submit("run=1m", fetching("ftp://ann:secret@slow/a", "http://fast/b?secret"))
		unwanted := h.submit("run=1m", fetching("http://slow/c"))
		h.until(long, godocker.Starting)
		h.pass(30 * time.Minute)
		if got := h.task(long); got.Detail != "Fetching a: 29 MB of 60 MB (file 1 of 2)" && got.Detail != "Fetching a: 30 MB of 60 MB (file 1 of 2)" {
			t.Errorf("it says %q", got.Detail)
		}
		quick := h.submit("run=1m", fetching("http://fast/d"))
		asked := time.Now()
		h.kill(unwanted)
		if got := h.until(unwanted, godocker.Over); got.Outcome != godocker.Killed || got.Finished.Sub(asked) > 2*time.Second {
			t.Errorf("%s after %v", got.Outcome, got.Finished.Sub(asked))
		}
		if got := h.until(quick, godocker.Over); got.Outcome != godocker.Succeeded || got.Started.Sub(asked) > 2*time.Second {
			t.Errorf("%s, started after %v", got.Outcome, got.Started.Sub(asked))
		}
		if got := h.until(long, godocker.Over); got.Outcome != godocker.Succeeded || got.Duration(time.Now()) != time.Minute {
			t.Errorf("%s %q after %v", got.Outcome, got.Reason, got.Duration(time.Now()))
		}
		h.holds(long, "a", "from slow")
		h.holds(long, "b", "from fast")
		h.nothingLeft()
	})
}

func TestFetchFails(t *testing.T) {
	for _, tt := range []struct {
		uri    string
		reason string // "" = it succeeds
		tries  int
	}{
		{"http://bad-4/x", "", 5},
		{"http://ann:secret@down/x?secret", "could not fetch http://down/x?…: the server does not answer", 5},
		{"http://ann:secret@gone/x", "could not fetch http://gone/x: the server answers 404 Not Found", 1},
		{"http://slow/x", "could not fetch http://slow/x: the files of the task did not come within 30m", 1},
	} {
		t.Run(tt.uri, func(t *testing.T) {
			lived(t, fake.Config{}, nil, func(h *house) {
				h.fetchLimit = 30 * time.Minute
				h.restart()
				id := h.submit("run=1m", fetching(tt.uri), retried(3))
				got := h.until(id, godocker.Over)
				if tt.reason == "" && got.Outcome != godocker.Succeeded || tt.reason != "" && (got.Outcome != godocker.CannotStart || got.Reason != tt.reason) {
					t.Errorf("ended %s, %q", got.Outcome, got.Reason)
				}
				at := h.wire.tries["x"]
				if len(at) != tt.tries {
					t.Errorf("%d tries", len(at))
				}
				for i := 2; i < len(at); i++ {
					if at[i].Sub(at[i-1]) <= at[i-1].Sub(at[i-2]) {
						t.Errorf("the pauses do not grow: %v", at)
					}
				}
				events, err := h.store.TaskEvents(h.t.Context(), id)
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range events {
					if strings.Contains(e.Text, "secret") {
						t.Errorf("an event tells it: %q", e.Text)
					}
				}
				h.nothingLeft()
			})
		})
	}
}

// After a restart, what is there is not fetched again, and the task runs once.
func TestFetchGoesOn(t *testing.T) {
	lived(t, fake.Config{}, nil, func(h *house) {
		id := h.submit("run=1m", fetching("http://fast/a", "http://slow/b"))
		h.until(id, godocker.Starting)
		h.pass(30 * time.Minute)
		h.restart()
		if got := h.until(id, godocker.Over); got.Outcome != godocker.Succeeded || h.executions(id, got.Attempt) != 1 {
			t.Errorf("%s %q", got.Outcome, got.Reason)
		}
		if a, b := h.wire.count("a"), h.wire.count("b"); a != 1 || b != 2 {
			t.Errorf("fetched %d and %d times", a, b)
		}
	})
}

// Another process leaves a start alone that takes long.
func TestFetchByOneProcess(t *testing.T) {
	lived(t, fake.Config{}, nil, func(h *house) {
		ctx, cancel := context.WithCancel(h.t.Context())
		hub, err := live.New(ctx, h.store, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		other := h.dispatcher(h.store, hub, "other", 2*time.Hour, slog.New(slog.DiscardHandler))
		var wg sync.WaitGroup
		wg.Go(func() { hub.Run(ctx) })
		wg.Go(func() { other.Run(ctx) })
		defer func() { cancel(); wg.Wait() }()
		var ids []int64
		for i := range 10 {
			ids = append(ids, h.submit("run=1m", fetching(fmt.Sprintf("http://slow/%d", i))))
		}
		for i, id := range ids {
			if got := h.until(id, godocker.Over); got.Outcome != godocker.Succeeded || h.wire.count(fmt.Sprint(i)) != 1 {
				t.Errorf("%s %q, fetched %d times", got.Outcome, got.Reason, h.wire.count(fmt.Sprint(i)))
			}
		}
	})
}
