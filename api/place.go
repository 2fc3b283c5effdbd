package api

import (
	"context"
	"net/http"
)

// UsedImage is an image that a task may name. Used tells when one of the caller's
// tasks last succeeded with it; null = never, or long ago.
type UsedImage struct {
	Image
	Configured bool  `json:"configured"` // in the site's list
	Used       Epoch `json:"date_used"`
}

// NodeState is what a node has, and what the tasks on it hold.
type NodeState struct {
	Executor string            `json:"executor"`
	Name     string            `json:"name"`
	CPU      float64           `json:"cpu"`
	RAM      float64           `json:"ram"` // GB
	GPUs     int               `json:"gpus"`
	HeldCPU  float64           `json:"held_cpu"`
	HeldRAM  float64           `json:"held_ram"`
	HeldGPUs int               `json:"held_gpus"`
	Tasks    int               `json:"tasks"` // that hold something
	Labels   map[string]string `json:"labels"`
	Down     bool              `json:"down"` // takes no task now
	Reason   string            `json:"reason,omitempty"`

	Drained      bool          `json:"drained"`      // kept for nobody now
	Reservations []Reservation `json:"reservations"` // that hold, or will, and what its label says
}

// Images returns the images of the site and those used before.
func (c *Client) Images(ctx context.Context) (ims []UsedImage, err error) {
	err = c.call(ctx, http.MethodGet, "/image", nil, &ims)
	return ims, err
}

// Nodes returns the machines that tasks run on.
func (c *Client) Nodes(ctx context.Context) (ns []NodeState, err error) {
	err = c.call(ctx, http.MethodGet, "/node", nil, &ns)
	return ns, err
}
