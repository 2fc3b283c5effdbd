package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/crypto/ssh"

	"godocker/api"
	"godocker/test/daemon"
)

const keystrokes = 301

// terminal compares how soon a keystroke is seen through the page's WebSocket with how soon it
// is by ssh to the task itself, and measures the runner when much was printed.
func (b *bench) terminal() error {
	return b.with("terminal", daemon.Options{Config: "executors: [docker]"}, func(s *daemon.Server) error {
		c, err := s.Client(b.ctx)
		if err != nil {
			return err
		}
		var k api.Task
		if err := json.Unmarshal([]byte(`{"container":{"image":"`+image+`"},"command":{"interactive":true},"requirements":{"cpu":1,"ram":0.5}}`), &k); err != nil {
			return err
		}
		id, err := c.Submit(b.ctx, k)
		if err != nil {
			return err
		}
		port, err := b.ready(c, id)
		if err != nil {
			return err
		}
		direct, err := b.sshKeys(s, port)
		if err != nil {
			return err
		}
		defer direct.close()
		page, err := b.pageKeys(s, id)
		if err != nil {
			return err
		}
		defer page.close()
		took := map[*typist][]time.Duration{}
		for i := range keystrokes {
			key := string(rune('a' + i%26))
			for _, t := range []*typist{direct, page} {
				d, err := t.stroke(key, key)
				if err != nil {
					return err
				}
				took[t] = append(took[t], d)
			}
		}
		more := quantile(took[page], 0.5) - quantile(took[direct], 0.5)
		b.table.add("keystroke on the page, beyond ssh to the task", ms(more), "< 10 ms", "median %s; 99 %% in %s; by ssh %s and %s",
			ms(quantile(took[page], 0.5)), ms(quantile(took[page], 0.99)), ms(quantile(took[direct], 0.5)), ms(quantile(took[direct], 0.99)))
		if _, err := page.stroke("\x03", "$ "); err != nil {
			return err
		}
		if _, err := page.stroke("seq 200000; echo all$((1+1))\n", "all2"); err != nil {
			return err
		}
		memory, err := b.runnerMemory(s.Cluster)
		b.table.add("runner with a terminal that printed 1.3 MB", fmt.Sprintf("%.1f MB", float64(memory)/(1<<20)), "< 15 MB", "RSS, and an ssh session beside it")
		return err
	})
}

// A typist is at a program that prints what it is given.
type typist struct {
	write func(text string) error
	read  func() ([]byte, error)
	close func()
}

// stroke types something and waits until it is answered.
func (t *typist) stroke(text, answer string) (time.Duration, error) {
	began := time.Now()
	if err := t.write(text); err != nil {
		return 0, err
	}
	var seen []byte
	for !bytes.Contains(seen, []byte(answer)) {
		more, err := t.read()
		if err != nil {
			return 0, fmt.Errorf("%q does not come: %w: %.200q", answer, err, seen)
		}
		seen = append(seen, more...)
	}
	return time.Since(began), nil
}

// prepared starts the program whose terminal answers.
func (t *typist) prepared() (*typist, error) {
	_, err := t.stroke("stty -icanon; echo there$((1+1)); cat >/dev/null\n", "there2\r\n")
	return t, err
}

func (b *bench) sshKeys(s *daemon.Server, port int) (*typist, error) {
	c, err := ssh.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), &ssh.ClientConfig{User: "godocker", Auth: []ssh.AuthMethod{ssh.Password(s.Key)},
		HostKeyCallback: ssh.InsecureIgnoreHostKey()}) //nolint:gosec // it is this machine's
	if err != nil {
		return nil, err
	}
	session, err := c.NewSession()
	if err != nil {
		return nil, err
	}
	in, err := session.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := session.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := session.RequestPty("xterm", 24, 1000, nil); err != nil {
		return nil, err
	}
	if err := session.Shell(); err != nil {
		return nil, err
	}
	buf := make([]byte, 32<<10)
	t := &typist{
		write: func(text string) error { _, err := io.WriteString(in, text); return err },
		read:  func() ([]byte, error) { n, err := out.Read(buf); return buf[:n], err },
		close: func() { _ = c.Close() },
	}
	return t.prepared()
}

func (b *bench) pageKeys(s *daemon.Server, id int64) (*typist, error) {
	var token api.Token
	if err := b.post(s, "/authenticate", "", fmt.Sprintf(`{"user":%q,"apikey":%q}`, s.User, s.Key), &token); err != nil {
		return nil, err
	}
	path := fmt.Sprintf("/task/%d/terminal", id)
	var ticket api.Ticket
	if err := b.post(s, path, token.Token, "", &ticket); err != nil {
		return nil, err
	}
	ws, _, err := websocket.Dial(b.ctx, "ws://"+s.Address+"/api/1.0"+path, //nolint:bodyclose // it is the connection's
		&websocket.DialOptions{HTTPHeader: http.Header{"Authorization": {"Bearer " + token.Token}}})
	if err != nil {
		return nil, err
	}
	ws.SetReadLimit(1 << 20)
	seen := 0
	t := &typist{
		write: func(text string) error { return ws.Write(b.ctx, websocket.MessageBinary, []byte(text)) },
		read: func() ([]byte, error) {
			kind, text, err := ws.Read(b.ctx)
			if kind != websocket.MessageBinary {
				return nil, err
			}
			if seen += len(text); err == nil && seen%(64<<10) < len(text) {
				err = ws.Write(b.ctx, websocket.MessageText, fmt.Appendf(nil, `{"seen":%d}`, seen))
			}
			return text, err
		},
		close: func() { _ = ws.CloseNow() },
	}
	if err := ws.Write(b.ctx, websocket.MessageText, []byte(`{"ticket":"`+ticket.Ticket+`","shell":"bench","columns":1000,"rows":24}`)); err != nil {
		return nil, err
	}
	return t.prepared()
}

// post asks the server for a document.
func (b *bench) post(s *daemon.Server, path, token, body string, into any) error {
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.Address+"/api/1.0"+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("POST %s: %s", path, resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(into)
}
