package httpapi

import (
	"context"
	"strings"
	"time"

	"godocker"
	"godocker/api"
	"godocker/internal/site"
)

func (s *Server) maintenance(ctx context.Context, _ *empty) (*body[api.Maintenance], error) {
	m, err := s.Site.Maintenance(ctx)
	if err != nil {
		return nil, err
	}
	return answer(fromMaintenance(m)), nil
}

func fromMaintenance(m godocker.Maintenance) api.Maintenance {
	return api.Maintenance{On: m.On, Reason: m.Reason, By: m.By, Date: api.Epoch{Time: m.Changed}}
}

const maxReason = 500

func (s *Server) setMaintenance(ctx context.Context, in *body[api.MaintenanceChange]) (*body[api.Maintenance], error) {
	reason := strings.Join(strings.Fields(in.Body.Reason), " ")
	var wrong []godocker.FieldError
	if in.Body.On == nil {
		wrong = append(wrong, godocker.FieldError{Field: "on", Message: "want true or false"})
	}
	if len(reason) > maxReason {
		wrong = append(wrong, godocker.FieldError{Field: "reason", Message: "want at most 500 characters"})
	}
	if strings.ContainsFunc(reason, godocker.Unseen) {
		wrong = append(wrong, godocker.FieldError{Field: "reason", Message: "want no control or formatting characters"})
	}
	if err := godocker.FieldErrors(wrong); err != nil {
		return nil, err
	}
	note(ctx, "site", strings.TrimSpace(map[bool]string{true: "on", false: "off"}[*in.Body.On]+" "+reason))
	m := godocker.Maintenance{On: *in.Body.On, Reason: reason, By: callerOf(ctx).User.ID, Changed: time.Now()}
	if err := s.Site.Set(ctx, m); err != nil {
		return nil, err
	}
	return answer(fromMaintenance(m)), nil
}

func (s *Server) processes(ctx context.Context, _ *empty) (*body[[]api.Process], error) {
	ps, err := s.Store.Processes(ctx)
	if err != nil {
		return nil, err
	}
	docs := []api.Process{}
	for _, p := range ps {
		docs = append(docs, api.Process{Name: p.Name, Host: p.Host, PID: p.PID, Roles: p.Roles, Version: p.Version,
			Started: api.Epoch{Time: p.Started}, Seen: api.Epoch{Time: p.Seen}, Alive: time.Since(p.Seen) < site.Dead})
	}
	return answer(docs), nil
}
