package api

import (
	"context"
	"net/http"
	"net/url"
)

// Statistics says what became of tasks in a time, and what is now. Tasks are counted
// where they are elements of arrays, and arrays not.
type Statistics struct {
	From Epoch `json:"from"`
	To   Epoch `json:"to"`
	Step int   `json:"step" doc:"seconds from one moment to the next"`

	Site    bool `json:"site" doc:"the caller sees everybody's"`
	Waiting int  `json:"waiting" doc:"tasks that wait now"`
	Running int  `json:"running" doc:"tasks that run now"`

	Moments  []Moment  `json:"moments" doc:"by time, idle ones too"`
	Parts    []Part    `json:"parts" doc:"by user and project"`
	Images   []Part    `json:"images" doc:"by image, those that used most first"`
	Outcomes []Outcome `json:"outcomes"`
	Reasons  []Outcome `json:"reasons" doc:"the most frequent ones of those that did not succeed, of the newest 20,000 tasks"`
	Waits    []Wait    `json:"waits" doc:"how long tasks waited that started"`
	Holders  []Holder  `json:"holders" doc:"who holds what now"`
}

// A Moment is one step of the time.
type Moment struct {
	Date      Epoch   `json:"date" doc:"when the step begins"`
	Waiting   int     `json:"waiting" doc:"tasks that waited at its end"`
	Running   int     `json:"running" doc:"tasks that ran at its end"`
	Submitted int     `json:"submitted"`
	Started   int     `json:"started"`
	Ended     int     `json:"ended"`
	Failed    int     `json:"failed" doc:"of ended, those that did not succeed"`
	CPU       float64 `json:"cpu" doc:"cpu hours of those that ended"`
	Wait      float64 `json:"wait" doc:"seconds that those waited that started, on average"`
}

// A Part is what somebody's tasks used, as far as they ended in the time.
type Part struct {
	User     string  `json:"user,omitempty"`
	Project  string  `json:"project,omitempty"`
	Image    string  `json:"image,omitempty"`
	Tasks    int     `json:"tasks" doc:"that ended"`
	Failed   int     `json:"failed" doc:"of them, those that did not succeed"`
	Hours    float64 `json:"hours" doc:"of run time"`
	CPU      float64 `json:"cpu" doc:"cpu hours asked for"`
	RAM      float64 `json:"ram" doc:"GB hours asked for"`
	GPU      float64 `json:"gpu" doc:"gpu hours asked for"`
	CPUKnown float64 `json:"cpu_known" doc:"of cpu, where it is known what was used"`
	CPUUsed  float64 `json:"cpu_used" doc:"cpu hours used"`
	RAMKnown float64 `json:"ram_known" doc:"of ram, where it is known what was used"`
	RAMUsed  float64 `json:"ram_used" doc:"GB hours used, of what tasks had at most"`
	Wait     float64 `json:"wait" doc:"seconds that tasks waited that started, on average"`
}

// An Outcome is how tasks ended, and of reasons why.
type Outcome struct {
	Outcome string `json:"outcome"`
	Reason  string `json:"reason,omitempty"`
	Tasks   int    `json:"tasks"`
}

// A Wait counts tasks that waited less than a time, and not less than that before it.
type Wait struct {
	Below int `json:"below" doc:"seconds; 0 = longer"`
	Tasks int `json:"tasks"`
}

// A Holder is what somebody's tasks hold of the nodes now.
type Holder struct {
	User    string  `json:"user"`
	Project string  `json:"project"`
	Tasks   int     `json:"tasks"`
	CPU     float64 `json:"cpu"`
	RAM     float64 `json:"ram" doc:"GB"`
	GPUs    int     `json:"gpus"`
}

// Statistics returns what became of tasks; the values say from and to when and of which.
func (c *Client) Statistics(ctx context.Context, q url.Values) (s Statistics, err error) {
	err = c.call(ctx, http.MethodGet, "/statistics?"+q.Encode(), nil, &s)
	return s, err
}
