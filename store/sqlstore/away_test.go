package sqlstore_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"godocker"
	"godocker/store/sqlstore"
)

var ctx = context.Background()

// A wire stands between a store and its server and can be cut.
type wire struct {
	listener net.Listener
	server   string
	answers  atomic.Int32 // how many more answers to COMMIT get lost
	mu       sync.Mutex
	conns    map[net.Conn]bool
}

// newWire returns a wire, and the URL that leads through it.
func newWire(t *testing.T, to string) (*wire, string) {
	t.Helper()
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{listener: l, server: u.Host, conns: map[net.Conn]bool{}}
	t.Cleanup(func() { l.Close(); w.cut() })
	go w.accept()
	u.Host = l.Addr().String()
	return w, u.String()
}

func (w *wire) accept() {
	for {
		client, err := w.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", w.server)
		if err != nil {
			client.Close()
			continue
		}
		w.mu.Lock()
		w.conns[client], w.conns[server] = true, true
		w.mu.Unlock()
		go w.carry(server, client, false)
		go w.carry(client, server, true)
	}
}

// carry copies until one side closes, or an answer to COMMIT must be lost.
func (w *wire) carry(to, from net.Conn, answers bool) {
	defer to.Close()
	defer from.Close()
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		if answers && bytes.Contains(buf[:n], []byte("COMMIT\x00")) && w.answers.Add(-1) >= 0 {
			return
		}
		if _, werr := to.Write(buf[:n]); err != nil || werr != nil {
			return
		}
	}
}

// cut ends all connections.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.conns {
		c.Close()
		delete(w.conns, c)
	}
}

// submitting has some goroutines submit single tasks and returns when all are
// stored.
func submitting(t *testing.T, s *sqlstore.Store, goroutines, each int) {
	t.Helper()
	var all sync.WaitGroup
	for range goroutines {
		all.Go(func() {
			for range each {
				if _, err := s.Submit(t.Context(), []godocker.Task{typical()}); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
}

// TestLostAnswer loses the answers to commits that succeeded. Nothing may be done
// twice.
func TestLostAnswer(t *testing.T) {
	w, url := newWire(t, postgresURL(t))
	s := open(t, url)
	submitting(t, s, 1, 1)
	for range 5 {
		w.answers.Store(1)
		submitting(t, s, 1, 1)
		if w.answers.Load() > 0 {
			t.Fatal("no answer was lost")
		}
	}
	w.answers.Store(10)
	submitting(t, s, 8, 10)
	if n := whole(t, s, 86); n != 86 {
		t.Errorf("%d tasks of 86", n)
	}
}

// TestCutWire cuts all connections a dozen times while tasks are submitted.
func TestCutWire(t *testing.T) {
	w, url := newWire(t, postgresURL(t))
	s := open(t, url)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 12 {
			<-time.After(time.Duration(50+rand.IntN(150)) * time.Millisecond)
			w.cut()
		}
	}()
	stored := 0
	for busy := true; busy; stored += 80 {
		submitting(t, s, 8, 10)
		select {
		case <-done:
			busy = false
		default:
			busy = !t.Failed()
		}
	}
	if n := whole(t, s, stored); n != stored {
		t.Errorf("%d tasks of %d", n, stored)
	}
}

// twoPorts returns a port that is free together with the next one.
func twoPorts(t *testing.T) string {
	t.Helper()
	for range 100 {
		port := 20000 + 2*rand.IntN(5000)
		a, errA := net.Listen("tcp", fmt.Sprint("127.0.0.1:", port))
		b, errB := net.Listen("tcp", fmt.Sprint("127.0.0.1:", port+1))
		if errA == nil {
			a.Close()
		}
		if errB == nil {
			b.Close()
		}
		if errA == nil && errB == nil {
			return strconv.Itoa(port)
		}
	}
	t.Fatal("there are no two free ports")
	return ""
}

// TestFailover stops the primary and promotes its standby while tasks are submitted.
// The standby is synchronous, so nothing that was told to be stored may be lost.
func TestFailover(t *testing.T) {
	dir, err := os.MkdirTemp("/var/tmp", "godocker-pair-") // which the user postgres can reach
	if err != nil {
		t.Fatal(err)
	}
	port := twoPorts(t)
	pair := func(verb string) string {
		out, err := exec.Command("../../test/backends/postgres/pair.sh", verb, dir, port).Output()
		if e, ok := errors.AsType[*exec.ExitError](err); ok {
			t.Fatalf("pair.sh %s: %v\n%s", verb, err, e.Stderr)
		} else if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(out))
	}
	t.Cleanup(func() { pair("down") })
	url := pair("up")
	s := open(t, url)
	submitting(t, s, 2, 10)
	var all sync.WaitGroup
	all.Go(func() { submitting(t, s, 4, 200) })
	pair("promote")
	all.Wait()
	if n := whole(t, s, 820); n != 820 {
		t.Errorf("%d tasks of 820", n)
	}
}
