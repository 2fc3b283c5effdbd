package httpapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"godocker"
	"godocker/api"
)

// anyNode stands for all nodes of an executor.
const anyNode = "*"

// mostNamed is how many nodes, and how many people and projects, one reservation names.
const mostNamed = 1000

// A booking gathers what is wrong with a reservation that is asked for.
type booking struct {
	*godocker.Reservation
	wrong []godocker.FieldError
}

func (b *booking) bad(field, format string, args ...any) {
	b.wrong = append(b.wrong, godocker.FieldError{Field: field, Message: fmt.Sprintf(format, args...)})
}

func (s *Server) listReservations(ctx context.Context, _ *empty) (*body[[]api.Reservation], error) {
	docs, err := s.reservations(ctx, time.Now())
	return answer(docs), err
}

// reservations returns those that are not over, with the executor's name.
func (s *Server) reservations(ctx context.Context, now time.Time) ([]api.Reservation, error) {
	rs, err := s.Store.Reservations(ctx)
	docs := []api.Reservation{}
	for _, r := range rs {
		if r.To.IsZero() || r.To.After(now) {
			docs = append(docs, s.fromReservation(r, now))
		}
	}
	return docs, err
}

func (s *Server) fromReservation(r godocker.Reservation, now time.Time) api.Reservation {
	names := s.published().Executors
	if r.Executor == "" && len(names) > 0 {
		r.Executor = names[0]
	}
	d := api.Reservation{ID: r.ID, Executor: r.Executor, Nodes: append([]string{}, r.Nodes...), For: append([]string{}, r.For...), Reason: r.Reason, By: r.By}
	d.From, d.To, d.Date = api.Epoch{Time: r.From}, api.Epoch{Time: r.To}, api.Epoch{Time: r.Created}
	d.Active = r.Overlaps(now, now.Add(time.Microsecond))
	return d
}

func (s *Server) reserve(ctx context.Context, in *body[api.ReservationChange]) (*body[api.Reservation], error) {
	now, doc := time.Now(), in.Body
	b := &booking{Reservation: &godocker.Reservation{Executor: strings.TrimSpace(doc.Executor), By: callerOf(ctx).User.ID, Created: now,
		Nodes: distinct(doc.Nodes), For: distinct(doc.For), Reason: strings.Join(strings.Fields(doc.Reason), " ")}}
	if len(b.Reason) > maxReason {
		b.bad("reason", "want at most %d characters", maxReason)
	}
	if strings.ContainsFunc(b.Reason, godocker.Unseen) {
		b.bad("reason", "want no control or formatting characters")
	}
	b.span(doc, now)
	if err := s.places(ctx, b); err != nil {
		return nil, err
	}
	if err := s.whom(ctx, b); err != nil {
		return nil, err
	}
	err := godocker.FieldErrors(b.wrong)
	if err == nil {
		b.ID, err = s.Store.SaveReservation(ctx, now, *b.Reservation)
	}
	if err != nil {
		return nil, err
	}
	note(ctx, fmt.Sprintf("reservation %d", b.ID), fmt.Sprintf("%s for %s: %s", strings.Join(in.Body.Nodes, ", "), cmp.Or(strings.Join(b.For, ", "), "nobody"), b.Reason))
	return answer(s.fromReservation(*b.Reservation, now)), nil
}

func distinct(words []string) (out []string) {
	for _, w := range words {
		if w = strings.TrimSpace(w); w != "" && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// span reads from when to when it holds.
func (b *booking) span(doc api.ReservationChange, now time.Time) {
	read := func(field, text string) time.Time {
		if text = strings.TrimSpace(text); text == "" {
			return time.Time{}
		}
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			b.bad(field, "want a time such as 2026-03-03T14:00:00+01:00, got %.40q", text)
		}
		return at
	}
	b.From, b.To = read("from", doc.From), read("to", doc.To)
	switch {
	case b.To.IsZero():
	case !b.To.After(now):
		b.bad("to", "want a time to come, got %s", doc.To)
	case !b.To.After(b.From):
		b.bad("to", "want a time after from, which is %s, got %s", doc.From, doc.To)
	}
}

// places finds the executor that has the nodes, and says which nodes are unknown to it.
func (s *Server) places(ctx context.Context, b *booking) error {
	all := len(b.Nodes) == 1 && b.Nodes[0] == anyNode
	if len(b.Nodes) == 0 || len(b.Nodes) > mostNamed {
		b.bad("nodes", "want the names of 1 to %d nodes, or %s for all of an executor", mostNamed, anyNode)
		return nil
	}
	known := map[string][]string{} // nodes by executor
	var silent []string
	if s.Nodes != nil {
		for _, n := range s.Nodes(ctx) {
			if n.Name == "" && n.Down {
				silent = append(silent, n.Executor)
			} else {
				known[n.Executor] = append(known[n.Executor], n.Name)
			}
		}
	}
	var names, fit []string
	for name, nodes := range known {
		names = append(names, name)
		if all || !slices.ContainsFunc(b.Nodes, func(n string) bool { return !slices.Contains(nodes, n) }) {
			fit = append(fit, name)
		}
	}
	slices.Sort(names)
	slices.Sort(fit)
	switch {
	case slices.Contains(silent, b.Executor), b.Executor == "" && len(fit) == 0 && len(silent) > 0:
		return godocker.Errorf(godocker.Unavailable, "the executor %s does not answer, so that its nodes are not known; try again later", strings.Join(silent, ", "))
	case b.Executor == "" && len(fit) == 1:
		b.Executor = fit[0]
	case b.Executor == "" && len(fit) > 1:
		b.bad("executor", "several have such nodes; want one of: %s", strings.Join(fit, ", "))
	case b.Executor == "" && len(names) == 1:
		b.Executor = names[0]
		b.unknown(known[b.Executor])
	case b.Executor == "":
		var lists []string
		for _, name := range names {
			lists = append(lists, name+" has "+strings.Join(known[name], ", "))
		}
		b.bad("nodes", "no executor has all of %s; %s", strings.Join(b.Nodes, ", "), strings.Join(lists, "; "))
	case known[b.Executor] == nil:
		b.bad("executor", "%.40q is not known; want one of: %s", b.Executor, strings.Join(names, ", "))
	case !all:
		b.unknown(known[b.Executor])
	}
	if all {
		b.Nodes = nil
	}
	return nil
}

// unknown names the nodes that the executor does not have.
func (b *booking) unknown(known []string) {
	slices.Sort(known)
	for _, n := range b.Nodes {
		if !slices.Contains(known, n) {
			b.bad("nodes", "%s has no node %.80q; it has: %s", b.Executor, n, strings.Join(known, ", "))
		}
	}
}

// whom looks for the people and projects that the nodes are kept for.
func (s *Server) whom(ctx context.Context, b *booking) error {
	if len(b.For) > mostNamed {
		b.bad("for", "want at most %d users and projects", mostNamed)
		return nil
	}
	for _, id := range b.For {
		_, err := s.Store.User(ctx, id)
		if errors.Is(err, godocker.NotFound) {
			_, err = s.Store.Project(ctx, id)
		}
		switch {
		case errors.Is(err, godocker.NotFound):
			b.bad("for", "there is no user and no project %.80q", id)
		case err != nil:
			return err
		}
	}
	return nil
}

type byReservation struct {
	ID string `path:"id"`
}

func (s *Server) deleteReservation(ctx context.Context, in *byReservation) (*body[api.Message], error) {
	id, err := strconv.ParseInt(in.ID, 10, 64)
	if err != nil {
		return nil, godocker.Errorf(godocker.NotFound, "there is no reservation %.40q", in.ID)
	}
	if err := s.Store.DeleteReservation(ctx, time.Now(), id); err != nil {
		return nil, err
	}
	return answer(api.Message{Msg: "Reservation " + in.ID + " is removed"}), nil
}

// reservationLabel is the label of a node that keeps it for users and projects, as the
// configuration or the engine gives it.
const reservationLabel = "reservation"

// kept adds to nodes what they are kept for.
func (s *Server) kept(ctx context.Context, nodes []api.NodeState, now time.Time) error {
	rs, err := s.reservations(ctx, now)
	if err != nil {
		return err
	}
	for i := range nodes {
		n := &nodes[i]
		n.Reservations = []api.Reservation{}
		if whom := distinct(strings.Split(n.Labels[reservationLabel], ",")); len(whom) > 0 {
			n.Reservations = append(n.Reservations, api.Reservation{Executor: n.Executor, Nodes: []string{n.Name}, For: whom, Active: true})
		}
		for _, r := range rs {
			if r.Executor == n.Executor && n.Name != "" && (len(r.Nodes) == 0 || slices.Contains(r.Nodes, n.Name)) {
				n.Reservations = append(n.Reservations, r)
				n.Drained = n.Drained || r.Active && len(r.For) == 0
			}
		}
	}
	return nil
}
