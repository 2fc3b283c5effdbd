package httpapi

import (
	"context"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"godocker"
	"godocker/api"
	"godocker/internal/account"
)

type hostKey struct{}

var hostName = regexp.MustCompile(`^[a-zA-Z0-9.:_-]+$`)

// hostOf is the name or address by which a client reaches this server, without a port;
// "" if it is none.
func hostOf(r *http.Request) string {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	} else if n := len(host); n > 1 && host[0] == '[' && host[n-1] == ']' {
		host = host[1 : n-1]
	}
	if !hostName.MatchString(host) {
		return ""
	}
	return host
}

// webOrigin is where a browser opens the web port of a task; "" = nowhere.
func (s *Server) webOrigin(task, host string) string {
	if s.WebOrigin == nil {
		return ""
	}
	return s.WebOrigin(task, host)
}

// openWeb makes the ticket with which a browser enters the web port of a task.
func (s *Server) openWeb(ctx context.Context, in *struct {
	ID string `path:"id"`
}) (*body[api.Door], error) {
	t, err := s.task(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	noteTask(ctx, &t)
	host, _ := ctx.Value(hostKey{}).(string)
	id := strconv.FormatInt(t.ID, 10)
	origin := s.webOrigin(id, host)
	switch {
	case origin == "":
		return nil, godocker.Errorf(godocker.Conflict, "this site opens no web ports of tasks; an administrator switches that on with web_port.listen")
	case t.Requirements.WebPort == 0:
		return nil, godocker.Errorf(godocker.Conflict, "task %s has no web port; submit it with one, such as: god job create --web 8888", id)
	case t.State.Final():
		return nil, godocker.Errorf(godocker.Conflict, "task %s is over", id)
	}
	now := time.Now()
	secret, err := s.Desk.Ticket(ctx, godocker.PassWeb, t.ID, callerOf(ctx).User.ID, now)
	if err != nil {
		return nil, err
	}
	return answer(api.Door{URL: origin + api.WebEnter, Ticket: secret, Port: t.Requirements.WebPort, Expires: api.Epoch{Time: now.Add(account.TicketTime)}}), nil
}

// MaySee reports whether somebody may see a task now, as they are now.
func (s *Server) MaySee(ctx context.Context, user string, t *godocker.Task) (bool, error) {
	c, err := s.Desk.Person(ctx, user, time.Now())
	if err != nil {
		return false, err
	}
	return s.mayRead(ctx, c, t.User.ID, t.User.Project), nil
}
