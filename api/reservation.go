package api

import (
	"context"
	"net/http"
	"strconv"
)

// A Reservation keeps nodes for some people and projects, or for nobody, which drains
// them.
type Reservation struct {
	ID       int64    `json:"id" doc:"0 = a label of the node"`
	Executor string   `json:"executor"`
	Nodes    []string `json:"nodes" doc:"empty = all of the executor"`
	For      []string `json:"for" doc:"ids of users and projects; empty = nobody"`
	From     Epoch    `json:"date_from" doc:"null = since ever"`
	To       Epoch    `json:"date_to" doc:"null = until it is removed"`
	Reason   string   `json:"reason"`
	By       string   `json:"by"`
	Date     Epoch    `json:"date" doc:"when it was made"`
	Active   bool     `json:"active" doc:"it holds now"`
}

// A ReservationChange asks for a reservation.
type ReservationChange struct {
	Executor string   `json:"executor,omitempty" doc:"left out = the one that has the nodes"`
	Nodes    []string `json:"nodes" doc:"names; * alone = all of the executor"`
	For      []string `json:"for" doc:"ids of users and projects; empty = nobody"`
	From     string   `json:"from,omitempty" doc:"such as 2026-03-03T14:00:00+01:00; left out = now"`
	To       string   `json:"to,omitempty" doc:"in the same form; left out = until it is removed"`
	Reason   string   `json:"reason,omitempty"`
}

// Reservations returns those that are not over.
func (c *Client) Reservations(ctx context.Context) (rs []Reservation, err error) {
	err = c.call(ctx, http.MethodGet, "/reservation", nil, &rs)
	return rs, err
}

// Reserve makes a reservation.
func (c *Client) Reserve(ctx context.Context, doc ReservationChange) (r Reservation, err error) {
	err = c.call(ctx, http.MethodPost, "/reservation", doc, &r)
	return r, err
}

// DeleteReservation removes one.
func (c *Client) DeleteReservation(ctx context.Context, id int64) error {
	return c.call(ctx, http.MethodDelete, "/reservation/"+strconv.FormatInt(id, 10), nil, new(Message))
}
