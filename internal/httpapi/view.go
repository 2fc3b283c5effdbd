package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"godocker"
	"godocker/internal/account"
	"godocker/internal/entry"

	"github.com/coder/websocket"
)

const (
	forTicket   = 10 * time.Second // the first message may take
	aliveEvery  = 15 * time.Second // the client is asked, and told, that the other is there
	aliveWait   = 20 * time.Second // an answer may take
	mostMessage = 64 << 10         // bytes
	mostUnseen  = 512 << 10        // bytes that were sent and not drawn
	mostSize    = 2000             // columns, and rows
)

// A view is somebody who looks at a shell through a WebSocket. Binary messages are what is
// typed and printed, texts are JSON documents.
type view struct {
	server *Server
	ws     *websocket.Conn
	caller account.Caller
	task   godocker.Task
	from   netip.Addr

	bytes atomic.Int64 // both ways
	heard atomic.Int64 // when something was typed last, in nanoseconds of Unix time
	mu    sync.Mutex
	more  sync.Cond // the client saw something, or is gone
	sent  int64
	seen  int64
	gone  bool
}

// opening is the first message.
type opening struct {
	Ticket string `json:"ticket"`
	Shell  string `json:"shell"`
	resizing
}

type resizing struct {
	Columns int `json:"columns"`
	Rows    int `json:"rows"`
}

func (r resizing) size() entry.Size {
	return entry.Size{Columns: min(max(r.Columns, 1), mostSize), Rows: min(max(r.Rows, 1), mostSize)}
}

// control is any other text of the client: another size, how much it has drawn, or that
// the shell is to end.
type control struct {
	resizing
	Seen int64 `json:"seen"`
	End  bool  `json:"end"`
}

// report is a text of the server.
type report struct {
	Open  bool `json:"open,omitempty"`
	Alive bool `json:"alive,omitempty"`
	Exit  *int `json:"exit,omitempty"`
}

// serve goes on until the shell ends, the client is gone, or the right to be there, or ctx
// is done. The WebSocket is told why.
func (v *view) serve(ctx context.Context) {
	v.more.L = &v.mu
	v.ws.SetReadLimit(mostMessage)
	// A reader whose context is done closes the connection without a word.
	alone, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	code, why := v.run(ctx, alone)
	v.leave()
	_ = v.ws.Close(code, why)
}

func (v *view) run(ctx, alone context.Context) (websocket.StatusCode, string) {
	first, cancel := context.WithTimeout(ctx, forTicket)
	defer cancel()
	shell, err := v.enter(first, alone)
	if err != nil {
		if errors.Is(err, errGone) || ctx.Err() != nil {
			return websocket.StatusGoingAway, ""
		}
		return v.server.closing(err)
	}
	defer shell.Close()
	ended := make(chan closing, 4)
	watch, stop := context.WithCancel(ctx)
	defer stop()
	go func() { ended <- v.read(alone, shell) }()
	go func() { ended <- v.wait(alone, shell) }()
	go func() { ended <- v.alive(watch) }()
	go v.server.guard().Watch(watch, v.caller.Proof(), v.caller.User.ID, &v.task, &v.heard, func() {
		ended <- closing{4403, "you may not be here any more, or the task has ended"}
	})
	left := v.server.Hall.Came("terminal", v.caller.Proof(), v.caller.User.ID, &v.task, v.from)
	defer func() { left(v.bytes.Load()) }()
	select {
	case <-ctx.Done():
		return websocket.StatusGoingAway, "the server is being stopped"
	case c := <-ended:
		return c.code, c.why
	}
}

type closing struct {
	code websocket.StatusCode
	why  string
}

var errGone = errors.New("the client is gone")

// enter takes the ticket and joins the shell that the first message names.
func (v *view) enter(ctx, alone context.Context) (*entry.Shell, error) {
	var o opening
	kind, text, err := v.ws.Read(ctx)
	if err != nil {
		return nil, errGone
	}
	if kind != websocket.MessageText || json.Unmarshal(text, &o) != nil {
		return nil, godocker.Errorf(godocker.Invalid, "the first message must be a JSON document with ticket, shell, columns and rows")
	}
	now := time.Now()
	k, err := v.server.Desk.TakePass(ctx, godocker.PassTerminal, o.Ticket, now)
	if err == nil && (k.User != v.caller.User.ID || k.Task != v.task.ID) {
		err = account.ErrPass
	}
	if err != nil {
		return nil, err
	}
	if v.task, err = v.server.Store.Task(ctx, v.task.ID); err != nil {
		return nil, err
	}
	shell, err := v.server.Hall.Shell(ctx, &v.task, o.Shell, o.size(), &printer{v, alone})
	if err == nil {
		err = v.tell(alone, report{Open: true})
	}
	return shell, err
}

func (v *view) tell(ctx context.Context, r report) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return v.ws.Write(ctx, websocket.MessageText, text)
}

// read obeys the client.
func (v *view) read(ctx context.Context, shell *entry.Shell) closing {
	for {
		kind, data, err := v.ws.Read(ctx)
		if err != nil {
			return closing{websocket.StatusGoingAway, ""}
		}
		if kind == websocket.MessageBinary {
			v.bytes.Add(int64(len(data)))
			v.heard.Store(time.Now().UnixNano())
			_, err = shell.Write(data)
		} else {
			err = v.obey(data, shell)
		}
		if errors.Is(err, io.EOF) {
			err = nil // the shell has ended, which is told when all that it printed is
		}
		if err != nil {
			return closing{websocket.StatusPolicyViolation, "this cannot be understood"}
		}
	}
}

func (v *view) obey(text []byte, shell *entry.Shell) error {
	var c control
	if err := json.Unmarshal(text, &c); err != nil {
		return err
	}
	if c.Columns > 0 && c.Rows > 0 {
		return shell.Resize(c.size())
	}
	if c.End {
		return shell.End()
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.seen = min(max(v.seen, c.Seen), v.sent)
	v.more.Broadcast()
	return nil
}

// wait tells how the shell ended.
func (v *view) wait(ctx context.Context, shell *entry.Shell) closing {
	code, err := shell.Wait()
	if err != nil {
		return closing{websocket.StatusInternalError, "the connection to the task is lost"}
	}
	if v.tell(ctx, report{Exit: &code}) != nil {
		return closing{websocket.StatusGoingAway, ""}
	}
	return closing{websocket.StatusNormalClosure, "the shell has ended"}
}

// alive finds out about clients that are gone, and lets them find out about the server.
func (v *view) alive(ctx context.Context) closing {
	tick := time.NewTicker(aliveEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return closing{}
		case <-tick.C:
		}
		late, cancel := context.WithTimeout(ctx, aliveWait)
		err := v.tell(late, report{Alive: true})
		if err == nil {
			err = v.ws.Ping(late)
		}
		cancel()
		if err != nil {
			return closing{websocket.StatusGoingAway, ""}
		}
	}
}

// leave lets go of whoever waits for the client.
func (v *view) leave() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.gone = true
	v.more.Broadcast()
}

// A printer sends what a shell prints, no faster than the client draws it.
type printer struct {
	view *view
	ctx  context.Context
}

func (p *printer) Write(text []byte) (int, error) {
	v := p.view
	v.mu.Lock()
	for v.sent-v.seen >= mostUnseen && !v.gone {
		v.more.Wait()
	}
	v.sent += int64(len(text))
	gone := v.gone
	v.mu.Unlock()
	if gone {
		return 0, io.ErrClosedPipe
	}
	v.bytes.Add(int64(len(text)))
	if err := v.ws.Write(p.ctx, websocket.MessageBinary, text); err != nil {
		return 0, err
	}
	return len(text), nil
}
