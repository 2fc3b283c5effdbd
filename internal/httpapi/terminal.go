package httpapi

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"godocker"
	"godocker/api"
	"godocker/internal/account"
	"godocker/internal/entry"

	"github.com/coder/websocket"
	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Limits of terminals that are open in this process.
const (
	mostTerminals   = 2048
	mostTerminalsOf = 64 // one person
)

// terminals counts those that are open.
type terminals struct {
	mu    sync.Mutex
	open  int
	total int
	of    map[string]int // by user
	all   sync.WaitGroup
}

// enter counts one more, unless there are too many; leave ends it.
func (t *terminals) enter(user string) (leave func(), err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.of[user] >= mostTerminalsOf:
		return nil, godocker.Errorf(godocker.RateLimited, "you have %d terminals open already: close some", mostTerminalsOf)
	case t.open >= mostTerminals:
		return nil, godocker.Errorf(godocker.RateLimited, "too many terminals are open now; try again later, or use ssh")
	}
	if t.of == nil {
		t.of = map[string]int{}
	}
	t.open, t.total = t.open+1, t.total+1
	t.of[user]++
	t.all.Add(1)
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.open--; t.of[user] == 1 {
			delete(t.of, user)
		} else {
			t.of[user]--
		}
		t.all.Done()
	}, nil
}

func (t *terminals) counts() (open, total float64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return float64(t.open), float64(t.total)
}

// Wait returns when all terminals are closed, after the context of their requests is done.
func (s *Server) Wait() { s.terminals.all.Wait() }

func (s *Server) guard() *entry.Guard {
	return &entry.Guard{Store: s.Store, Desk: s.Desk, Hall: s.Hall, Every: s.Recheck}
}

// enterable returns a task that the caller may log in to now.
func (s *Server) enterable(ctx context.Context, id string) (godocker.Task, error) {
	t, err := s.mine(ctx, id)
	if err == nil {
		err = s.Hall.Enterable(&t)
	}
	return t, err
}

// ticket lets the caller open a terminal in a task, once and soon.
func (s *Server) ticket(ctx context.Context, in *byID) (*body[api.Ticket], error) {
	t, err := s.enterable(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	secret, err := s.Desk.Ticket(ctx, godocker.PassTerminal, t.ID, callerOf(ctx).User.ID, now)
	return answer(api.Ticket{Ticket: secret, Expires: api.Epoch{Time: now.Add(account.TicketTime)}}), err
}

type terminalInput struct {
	ID      string `path:"id" doc:"id of the task" example:"12"`
	Upgrade string `header:"Upgrade" hidden:"true"`
}

// terminal is a WebSocket to a shell in a task. Whoever opens it shows who they are as for
// any request, and a ticket in its first message: a page of another site can do neither.
func (s *Server) terminal(ctx context.Context, in *terminalInput) (*huma.StreamResponse, error) {
	t, err := s.mine(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if !strings.EqualFold(in.Upgrade, "websocket") {
		return nil, godocker.Errorf(godocker.Invalid, "this is for WebSockets: want the header Upgrade: websocket")
	}
	c := callerOf(ctx)
	leave, err := s.terminals.enter(c.User.ID)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		defer leave()
		r, w := humago.Unwrap(hc)
		// Where the request comes from was looked at before anything else, see ownSite.
		ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
		if err != nil {
			return // and answered
		}
		v := &view{server: s, ws: ws, caller: c, task: t, from: originOf(hc.Context())}
		v.serve(hc.Context())
	}}, nil
}

// closing is how a WebSocket ends because of an error: 4000 and the status that a request
// would have been answered with.
func (s *Server) closing(err error) (websocket.StatusCode, string) {
	p, ok := errors.AsType[*problem](s.fail(err))
	if !ok {
		p = newProblem(godocker.Internal, "the server failed to do this")
	}
	if p.Status == http.StatusServiceUnavailable {
		return websocket.StatusTryAgainLater, short(p.Detail)
	}
	return websocket.StatusCode(4000 + p.Status), short(p.Detail)
}

// short is a text that a closing has room for.
func short(text string) string {
	const most = 120
	if len(text) > most {
		return string(whole([]byte(text[:most])))
	}
	return text
}
