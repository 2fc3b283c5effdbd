package api

import (
	"context"
	"net/http"
)

// Maintenance says whether the site takes tasks and starts them.
type Maintenance struct {
	On     bool   `json:"on"`
	Reason string `json:"reason"`
	By     string `json:"by"`
	Date   Epoch  `json:"date" doc:"of the last change"`
}

// MaintenanceChange switches maintenance on or off.
type MaintenanceChange struct {
	On     *bool  `json:"on"`
	Reason string `json:"reason,omitempty" doc:"for those who are kept waiting"`
}

// Process is a server of the installation.
type Process struct {
	Name    string   `json:"name"`
	Host    string   `json:"host"`
	PID     int      `json:"pid"`
	Roles   []string `json:"roles"`
	Version string   `json:"version"`
	Started Epoch    `json:"started"`
	Seen    Epoch    `json:"seen"`
	Alive   bool     `json:"alive"`
}

// Maintenance returns whether the site is in maintenance.
func (c *Client) Maintenance(ctx context.Context) (m Maintenance, err error) {
	err = c.call(ctx, http.MethodGet, "/maintenance", nil, &m)
	return m, err
}

// SetMaintenance switches maintenance on or off.
func (c *Client) SetMaintenance(ctx context.Context, on bool, reason string) (m Maintenance, err error) {
	err = c.call(ctx, http.MethodPut, "/maintenance", MaintenanceChange{On: &on, Reason: reason}, &m)
	return m, err
}

// Processes returns the servers of the installation.
func (c *Client) Processes(ctx context.Context) (ps []Process, err error) {
	err = c.call(ctx, http.MethodGet, "/process", nil, &ps)
	return ps, err
}

// Push is figures that another program sends to be read with the server's own.
type Push struct {
	Key  string `json:"key" doc:"the site's prometheus_key"`
	Stat []Stat `json:"stat"`
}

// Stat is one figure.
type Stat struct {
	Name  string `json:"name" example:"god_watcher_job_error"`
	Value Number `json:"value"`
	Host  string `json:"host"`
}
