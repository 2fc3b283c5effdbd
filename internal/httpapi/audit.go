package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"godocker"
	"godocker/api"
	"godocker/internal/audit"
	"godocker/store"

	"github.com/danielgtaylor/huma/v2"
)

// act is what is known of the request at hand that may have to be written down.
type act struct {
	store.Act
	always bool // whatever it is about; otherwise only about what is not the caller's
	others bool
}

type actKey struct{}

func actOf(ctx context.Context) *act {
	a, _ := ctx.Value(actKey{}).(*act)
	return a
}

// verbs are what operations are called whose method and path do not say it.
var verbs = map[string]string{
	"DELETE /task/{id}": "task.kill", "DELETE /user/{id}/task": "task.kill", "PUT /task/{id}": "task.change", "DELETE /task/{id}/archive": "task.purge",
	"GET /archive/{days}": "task.archive", "DELETE /archive/{days}": "task.purge",
	"DELETE /user/{id}/quota": "user.quota.reset", "DELETE /project/{id}/quota": "project.quota.reset", "PUT /maintenance": "maintenance.set",
	"POST /project/{id}": "project.change", "PUT /user/{id}/registry/{registry}": "user.registry.set",
}

// asks are what changes nothing although it is not sent by GET.
var asks = []string{"POST /why", "POST /task/{id}/why", "POST /task/over/{skip}/{limit}", "POST /task/over/all/{skip}/{limit}", "POST /simulation"}

// actionOf names what an operation changes; "" = nothing.
func actionOf(r route) string {
	name := r.method + " " + r.path
	if verbs[name] != "" {
		return verbs[name]
	}
	var words []string
	for word := range strings.SplitSeq(strings.Trim(r.path, "/"), "/") {
		if !strings.HasPrefix(word, "{") {
			words = append(words, word)
		}
	}
	path := strings.Join(words, ".")
	legacy := r.method == http.MethodGet && r.access == submitter
	switch {
	case r.access == public, r.method == http.MethodGet && !legacy, slices.Contains(asks, name):
		return ""
	case legacy, len(words) > 1 && words[0] == "task":
		return path // its last word is the verb
	default:
		return path + "." + map[string]string{http.MethodPost: "add", http.MethodPut: "change", http.MethodDelete: "delete"}[r.method]
	}
}

// beginAct notes who does what to whom.
func (s *Server) beginAct(ctx huma.Context, r route, who string, token bool) *act {
	action := actionOf(r)
	if action == "" {
		return nil
	}
	a := &act{Act: store.Act{At: time.Now(), Who: who, Door: "web", Address: originOf(ctx.Context()).String(), Action: action}}
	if token {
		a.Door = "api"
	}
	if id := ctx.Param("id"); id != "" {
		a.Object = strings.Split(r.path, "/")[1] + " " + id
	}
	for _, part := range []string{"key", "session", "registry"} {
		if v := ctx.Param(part); v != "" {
			a.Detail = part + " " + v
		}
	}
	a.always = r.access == admin || r.access == owner || strings.Contains(r.path, "/registry/")
	return a
}

// settle writes down what was done, or why it was not. What is malformed was not tried.
func (s *Server) settle(ctx context.Context, a *act, err error) {
	if a == nil || !a.always && !a.others || errors.Is(err, godocker.Invalid) || errors.Is(err, godocker.NotFound) {
		return
	}
	if err != nil {
		a.Refused = s.refusal(err)
	}
	s.ledger().Write(ctx, a.Act)
}

func (s *Server) ledger() audit.Ledger { return audit.Ledger{Store: s.Store, Log: s.Log} }

func (s *Server) refusal(err error) string {
	var p *problem
	if errors.As(err, &p) || errors.As(s.fail(err), &p) {
		return p.Detail
	}
	return "the server failed to do this"
}

// note tells what the request is about, where its address does not.
func note(ctx context.Context, object, detail string) {
	if a := actOf(ctx); a != nil {
		if object != "" {
			a.Object = object
		}
		if detail != "" {
			a.Detail = strings.TrimPrefix(a.Detail+"; "+detail, "; ")
		}
	}
}

// noteOthers tells that the request is about what belongs to somebody else.
func noteOthers(ctx context.Context, user, object string) {
	if a := actOf(ctx); a != nil && user != a.Who {
		a.others = true
		note(ctx, object, "")
	}
}

// noteTask tells that the request is about a task.
func noteTask(ctx context.Context, t *godocker.Task) {
	noteOthers(ctx, t.User.ID, fmt.Sprintf("task %d of %s", t.ID, t.User.ID))
}

type actsInput struct {
	Who     string `query:"who"`
	Action  string `query:"action" doc:"such as user.change, or user. for all that begin so"`
	Object  string `query:"object" doc:"such as: user ann"`
	Text    string `query:"q" doc:"part of what it is about, in any letter case"`
	From    int64  `query:"from" doc:"seconds since 1970"`
	To      int64  `query:"to" doc:"seconds since 1970"`
	Refused bool   `query:"refused" doc:"only what was refused"`
	Before  int64  `query:"before" doc:"from the page before: its next"`
	Limit   int    `query:"limit" minimum:"0" maximum:"1000" doc:"0 = 100"`
}

func (s *Server) acts(ctx context.Context, in *actsInput) (*body[api.Acts], error) {
	q := store.ActQuery{Who: in.Who, Action: in.Action, Object: in.Object, Text: in.Text, Refused: in.Refused, Before: in.Before, Limit: in.Limit}
	if q.Limit == 0 {
		q.Limit = 100
	}
	if in.From > 0 {
		q.From = time.Unix(in.From, 0)
	}
	if in.To > 0 {
		q.Until = time.Unix(in.To, 0)
	}
	as, err := s.Store.Acts(ctx, q)
	if err != nil {
		return nil, err
	}
	out := api.Acts{Acts: []api.Act{}}
	for _, a := range as {
		out.Acts = append(out.Acts, api.Act{ID: a.ID, Date: api.Epoch{Time: a.At}, Who: a.Who, Door: a.Door, Address: a.Address,
			Action: a.Action, Object: a.Object, Detail: a.Detail, Refused: a.Refused})
	}
	if len(as) == q.Limit {
		out.Next = as[len(as)-1].ID
	}
	return answer(out), nil
}
