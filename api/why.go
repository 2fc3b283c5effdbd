package api

import (
	"context"
	"net/http"
	"strconv"
)

// Why says why a task waits, and for how long.
type Why struct {
	ID       int64    `json:"id" doc:"0 = a task that nobody handed in"`
	State    string   `json:"state" doc:"pending, or what became of it" example:"pending"`
	Starts   bool     `json:"starts" doc:"it starts now"`
	Code     string   `json:"code" doc:"the kind of the reason; empty = none" example:"resources"`
	Reason   string   `json:"reason" doc:"the one thing that it waits for" example:"Not enough resources available: waiting until 4 cpus and 8 GB of memory are free on one node"`
	Facts    []string `json:"facts" doc:"more about that: who holds it, and until when"`
	Ahead    int      `json:"ahead" doc:"tasks whose turns come before its own"`
	Waiting  int      `json:"waiting" doc:"tasks that wait in all"`
	Earliest Epoch    `json:"date_earliest" doc:"it is likely to start from then on; null = nobody can tell"`
	Latest   Epoch    `json:"date_latest" doc:"until then; null = nobody can tell"`
	Estimates
}

// Estimates say how estimates of starts turned out.
type Estimates struct {
	Made int `json:"estimates" doc:"of tasks that have started since"`
	Held int `json:"estimates_held" doc:"of those, how many started within them"`
}

// WhatIf changes what a task asks for; what is left out stays.
type WhatIf struct {
	CPU         *Number  `json:"cpu,omitempty" doc:"cores"`
	RAM         *Number  `json:"ram,omitempty" doc:"GB"`
	GPUs        *Number  `json:"gpus,omitempty"`
	Label       []string `json:"label,omitempty" doc:"name==value; an empty list takes those of the task away"`
	MaxLifespan *Text    `json:"maxlifespan,omitempty" example:"2h"`
	Nice        *Number  `json:"nice,omitempty"`
	Executor    *Text    `json:"executor,omitempty"`
	Project     *Text    `json:"project,omitempty"`
}

// QueuePlace is one place of the queue, in the order in which tasks get their turns.
type QueuePlace struct {
	Place    int    `json:"place" doc:"from 1 on; 0 = it has no turn yet, as its array holds it back, it waits for others, or it is suspended"`
	ID       int64  `json:"id" doc:"0 = somebody else's"`
	User     string `json:"user" doc:"empty = somebody else"`
	Executor string `json:"executor,omitempty" doc:"of which it is to get a place; absent = somebody else's"`
	Code     string `json:"code" doc:"empty = it starts now"`
	Reason   string `json:"reason"`
}

// Why asks why a task waits.
func (c *Client) Why(ctx context.Context, id int64) (w Why, err error) {
	err = c.call(ctx, http.MethodGet, "/task/"+strconv.FormatInt(id, 10)+"/why", nil, &w)
	return w, err
}

// WhatIf asks when a task would start if it asked for something else; of a task that
// nobody handed in if the id is 0.
func (c *Client) WhatIf(ctx context.Context, id int64, doc WhatIf) (w Why, err error) {
	path := "/why"
	if id != 0 {
		path = "/task/" + strconv.FormatInt(id, 10) + "/why"
	}
	err = c.call(ctx, http.MethodPost, path, doc, &w)
	return w, err
}

// Queue returns the tasks whose turns come first.
func (c *Client) Queue(ctx context.Context) (ps []QueuePlace, err error) {
	err = c.call(ctx, http.MethodGet, "/queue", nil, &ps)
	return ps, err
}
