package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
	"unicode/utf8"

	"godocker"
	"godocker/api"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// heartbeat keeps connections open through proxies, and finds out about clients
// that are gone.
const heartbeat = 15 * time.Second

// recheck is how often a stream that sends asks whether its listener may still hear it.
const recheck = time.Second

// sse writes server-sent events (HTML standard, section 9.2).
type sse struct {
	w       http.ResponseWriter
	out     *http.ResponseController
	stillIn func() error
	checked time.Time
}

func newSSE(w http.ResponseWriter, stillIn func() error) *sse {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	e := &sse{w: w, out: http.NewResponseController(w), stillIn: stillIn, checked: time.Now()}
	_ = e.out.SetWriteDeadline(time.Time{})
	w.WriteHeader(http.StatusOK)
	_ = e.beat()
	return e
}

func (e *sse) send(id int64, event string, v any) error {
	data, err := json.Marshal(v)
	if err == nil {
		err = e.check()
	}
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(e.w, "id: %d\nevent: %s\ndata: %s\n\n", id, event, data); err != nil {
		return err
	}
	return e.out.Flush()
}

// check fails once the listener's key is removed or the user is disabled.
func (e *sse) check() error {
	if time.Since(e.checked) < recheck {
		return nil
	}
	e.checked = time.Now()
	return e.stillIn()
}

func (e *sse) beat() error {
	if err := e.check(); err != nil {
		return err
	}
	if _, err := io.WriteString(e.w, ": alive\n\n"); err != nil {
		return err
	}
	return e.out.Flush()
}

func (s *Server) stream(run func(ctx context.Context, e *sse)) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		r, w := humago.Unwrap(hc)
		run(hc.Context(), newSSE(w, func() error {
			_, err := s.caller(r)
			return err
		}))
	}}
}

// about is the type of a change: of a task, or of what nodes are kept for, which
// administrators hear of.
func about(e godocker.Event) string {
	if e.TaskID == 0 {
		return "node"
	}
	return "task"
}

type eventInput struct {
	Last string `header:"Last-Event-ID" doc:"go on after this event"`
}

func (s *Server) events(ctx context.Context, in *eventInput) (*huma.StreamResponse, error) {
	c := callerOf(ctx)
	seq, err := strconv.ParseInt(in.Last, 10, 64)
	if err != nil {
		seq = s.Hub.Last()
	}
	return s.stream(func(ctx context.Context, e *sse) {
		for {
			wait, cancel := context.WithTimeout(ctx, heartbeat)
			events, err := s.Hub.After(wait, seq)
			cancel()
			if err != nil {
				if ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) || e.beat() != nil {
					return
				}
				continue
			}
			reads := s.reads(ctx, c) // by now
			for _, ev := range events {
				seq = ev.Seq
				if ev.Kind == godocker.EventAsked || ev.Kind == godocker.EventAnswered {
					continue
				}
				if reads(ev.User, ev.Project) && e.send(ev.Seq, about(ev), api.FromEvent(ev)) != nil {
					return
				}
			}
		}
	}), nil
}

type logInput struct {
	ID     string `path:"id"`
	Stream string `query:"stream" enum:"stdout,stderr" default:"stdout"`
	Follow bool   `query:"follow" doc:"go on until the task is over"`
	From   int64  `query:"from" minimum:"0" doc:"begin after this byte"`
	Last   string `header:"Last-Event-ID" doc:"go on after this byte"`
}

type logText struct {
	Text string `json:"text"`
}

// look is how often a log that is followed is looked at. Nothing tells of writes to
// a file on a network file system, so looking is all one can do.
const look = 150 * time.Millisecond

func (s *Server) taskLog(ctx context.Context, in *logInput) (*huma.StreamResponse, error) {
	t, err := s.task(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if t.State == godocker.Archived {
		return nil, gone(&t, godocker.NotFound)
	}
	f := follower{server: s, task: t, name: logOf(in.Stream), offset: max(0, in.From)}
	if n, err := strconv.ParseInt(in.Last, 10, 64); err == nil && n > 0 {
		f.offset = n
	}
	return s.stream(func(ctx context.Context, e *sse) { f.run(ctx, e, in.Follow) }), nil
}

// A follower sends a log from an offset on as it grows.
type follower struct {
	server *Server
	task   godocker.Task
	name   string
	offset int64
}

func (f *follower) run(ctx context.Context, e *sse, follow bool) {
	tick := time.NewTicker(look)
	defer tick.Stop()
	quiet := time.Now()
	for {
		// The state is read before the log: what comes after the end is not missed.
		t, err := f.server.Store.Task(ctx, f.task.ID)
		if err != nil {
			return
		}
		last := t.State.Final() || !follow
		sent, err := f.rest(e, last)
		switch {
		case err != nil:
			return
		case sent:
			quiet = time.Now()
		case time.Since(quiet) > heartbeat:
			if quiet = time.Now(); e.beat() != nil {
				return
			}
		}
		if last {
			_ = e.send(f.offset, "end", api.FromStatus(&t, time.Now()))
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// rest sends what the log has beyond the offset. A character that has only begun
// waits for its other bytes, unless this is the last time.
func (f *follower) rest(e *sse, last bool) (sent bool, err error) {
	file, err := f.server.Dirs.Open(&f.task, f.name)
	if err != nil {
		return false, nil // not there yet, or archived
	}
	defer file.Close()
	buf := make([]byte, 64<<10)
	for {
		n, err := file.ReadAt(buf, f.offset)
		chunk := buf[:n]
		if err == nil || !last {
			chunk = whole(chunk)
		}
		if len(chunk) > 0 {
			f.offset += int64(len(chunk))
			sent = true
			if err := e.send(f.offset, "log", logText{string(chunk)}); err != nil {
				return sent, err
			}
		}
		if err != nil {
			return sent, nil // the end of what is there now
		}
	}
}

// whole cuts off a character that has only begun.
func whole(b []byte) []byte {
	for back := 1; back < utf8.UTFMax && back <= len(b); back++ {
		if c := b[len(b)-back]; utf8.RuneStart(c) {
			if !utf8.FullRune(b[len(b)-back:]) {
				return b[:len(b)-back]
			}
			break
		}
	}
	return b
}
