package webport

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"

	"godocker"
)

// Whoever may not see the task any more is out, with what is under way.
func TestOutWithTheRight(t *testing.T) {
	p := newPlace(t, domain)
	var allowed atomic.Bool
	allowed.Store(true)
	p.sees = func(string, *godocker.Task) bool { return allowed.Load() }
	p.served(echo)
	id := p.runs("ann")
	in := p.in(id, "ann")
	c, lines := p.socket(id, in)
	defer c.Close()
	for _, word := range []string{"one", "two"} {
		_, err := fmt.Fprintln(c, word)
		must(t, err)
		if got, err := lines.ReadString('\n'); err != nil || got != word+"\n" {
			t.Errorf("%q came back as %q: %v", word, got, err)
		}
	}
	allowed.Store(false)
	if _, err := lines.ReadString('\n'); !errors.Is(err, io.EOF) && !errors.Is(err, net.ErrClosed) && err == nil {
		t.Errorf("it goes on: %v", err)
	}
	until(t, func() bool {
		return p.ask("GET", p.host(id), "/", "", "Cookie", in).StatusCode == http.StatusUnauthorized
	})
}

// A socket ends with the attempt.
func TestOutWithTheTask(t *testing.T) {
	p := newPlace(t, domain)
	p.served(echo)
	id := p.runs("ann")
	c, lines := p.socket(id, p.in(id, "ann"))
	defer c.Close()
	p.end(id)
	if _, err := lines.ReadString('\n'); err == nil {
		t.Error("it goes on")
	}
}

// echo takes an upgrade and gives back what comes.
func echo(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Upgrade") != "websocket" {
		return
	}
	c, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer c.Close()
	_, _ = rw.WriteString("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
	_ = rw.Flush()
	_, _ = io.Copy(c, rw)
}

func (p *place) socket(id int64, cookie string) (net.Conn, *bufio.Reader) {
	p.Helper()
	c, err := net.Dial("tcp", p.addr)
	must(p.T, err)
	_, err = fmt.Fprintf(c, "GET /ws HTTP/1.1\r\nHost: %s\r\nOrigin: http://%s\r\nCookie: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", p.host(id), p.host(id), cookie)
	must(p.T, err)
	lines := bufio.NewReader(c)
	a, err := http.ReadResponse(lines, nil) //nolint:bodyclose // it has none
	must(p.T, err)
	if a.StatusCode != http.StatusSwitchingProtocols {
		p.Fatalf("a WebSocket: %s", a.Status)
	}
	return c, lines
}

// What a task sends in pieces comes in pieces.
func TestStreams(t *testing.T) {
	p := newPlace(t, domain)
	more := make(chan struct{})
	p.served(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("first\n"))
		_ = http.NewResponseController(w).Flush()
		<-more
		_, _ = w.Write([]byte("second\n"))
	})
	id := p.runs("ann")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+p.addr+"/", nil)
	must(t, err)
	r.Host = p.host(id)
	r.Header.Set("Cookie", p.in(id, "ann"))
	a, err := client.Do(r)
	must(t, err)
	defer a.Body.Close()
	lines := bufio.NewReader(a.Body)
	first, err := lines.ReadString('\n')
	must(t, err)
	close(more)
	second, err := lines.ReadString('\n')
	if must(t, err); first+second != "first\nsecond\n" {
		t.Errorf("%q, %q", first, second)
	}
}
