package api

import (
	"context"
	"net/http"
	"net/url"
)

// Act is something that somebody did, or was refused.
type Act struct {
	ID      int64  `json:"id"`
	Date    Epoch  `json:"date"`
	Who     string `json:"who" doc:"empty = nobody who is known; of a command, the account on the server's machine"`
	Door    string `json:"door" doc:"web, api, ssh or command"`
	Address string `json:"address"`
	Action  string `json:"action" example:"user.change"`
	Object  string `json:"object" example:"user ann"`
	Detail  string `json:"detail"`
	Refused string `json:"refused" doc:"why it was not done; empty = it was"`
}

// Acts is a page of them.
type Acts struct {
	Acts []Act `json:"acts"`
	Next int64 `json:"next" doc:"the before of the next page; 0 = this is the last one"`
}

// Acts returns a page of who did what, newest first; the interface's description lists
// what may be asked for.
func (c *Client) Acts(ctx context.Context, q url.Values) (as Acts, err error) {
	err = c.call(ctx, http.MethodGet, "/audit?"+q.Encode(), nil, &as)
	return as, err
}

// A Setting is a key of the configuration as it was loaded.
type Setting struct {
	Key    string `json:"key"`
	Value  string `json:"value" doc:"as YAML; empty for secrets"`
	Place  string `json:"place" doc:"where it is set; empty = nowhere, it is the default"`
	Secret bool   `json:"secret" doc:"the value is not told, only that there is one"`
	Reload bool   `json:"reload" doc:"a change takes effect without a restart"`
}

// SimulationInput is what is to be simulated.
type SimulationInput struct {
	File   string `json:"file" doc:"a simulation as docs/simulator.md describes it"`
	Policy string `json:"policy,omitempty" doc:"a second policy that the same tasks are run under"`
}

// A Simulated is what came of a simulation under one policy. Times are in seconds.
type Simulated struct {
	Name        string            `json:"name"`
	All         SimulatedRow      `json:"all"`
	Users       []SimulatedRow    `json:"users"`
	Projects    []SimulatedRow    `json:"projects"`
	Utilisation float64           `json:"utilisation" doc:"part of the cores that was in use"`
	Makespan    float64           `json:"makespan"`
	Fairness    float64           `json:"fairness" doc:"Jain's index: 1 = all got the same part of what they were entitled to"`
	Backfilled  int               `json:"backfilled"`
	Cut         int               `json:"cut"`
	Never       int               `json:"never"`
	Capacity    float64           `json:"capacity" doc:"cores"`
	Moments     []SimulatedMoment `json:"moments"`
}

// A SimulatedRow is what became of the tasks of a person or of a project.
type SimulatedRow struct {
	Name     string  `json:"name"`
	Tasks    int     `json:"tasks"`
	Median   float64 `json:"wait_median"`
	P95      float64 `json:"wait_p95"`
	Longest  float64 `json:"wait_longest"`
	CPUHours float64 `json:"cpu_hours"`
	Share    float64 `json:"share"`
	Entitled float64 `json:"entitled"`
	Slowdown float64 `json:"slowdown"`
}

// A SimulatedMoment is one moment of it.
type SimulatedMoment struct {
	Date    Epoch   `json:"date"`
	Waiting float64 `json:"waiting" doc:"tasks"`
	Cores   float64 `json:"cores" doc:"in use"`
}
