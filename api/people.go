package api

import (
	"context"
	"net/http"
	"net/url"
)

// A UserChange is the document of a person as it is sent to change them. What is left
// out stays, and so does what the sender may not change.
type UserChange struct {
	Email       *string        `json:"email,omitempty"`
	Admin       *bool          `json:"admin,omitempty"`
	Active      *bool          `json:"active,omitempty"`
	Credentials *SecretsChange `json:"credentials,omitempty"`
	Usage       *UsageChange   `json:"usage,omitempty"`
}

// SecretsChange sets the ssh public key of a person.
type SecretsChange struct {
	Public *string `json:"public,omitempty" doc:"ssh public keys that the person logs in to tasks with, a line each, as in authorized_keys without options"`
}

// UsageChange is what administrators let a person use; 0 is no limit.
type UsageChange struct {
	Prio      *Number `json:"prio,omitempty" doc:"0 to 100"`
	QuotaTime *Number `json:"quota_time,omitempty" doc:"seconds of run time"`
	QuotaCPU  *Number `json:"quota_cpu,omitempty" doc:"cpu seconds"`
	QuotaRAM  *Number `json:"quota_ram,omitempty" doc:"GB seconds"`
	QuotaGPU  *Number `json:"quota_gpu,omitempty" doc:"gpu seconds"`
	QuotaDisk *Number `json:"quota_disk,omitempty" doc:"bytes"`
	LimitsChange
}

// LimitsChange bounds what somebody's tasks hold at one time; 0 is no limit.
type LimitsChange struct {
	MaxRunning     *Number `json:"max_running,omitempty" doc:"tasks that run at one time; 0 = no limit"`
	MaxRunningCPU  *Number `json:"max_running_cpu,omitempty" doc:"cpus that they hold; 0 = no limit"`
	MaxRunningRAM  *Number `json:"max_running_ram,omitempty" doc:"GB that they hold; 0 = no limit"`
	MaxRunningGPUs *Number `json:"max_running_gpus,omitempty" doc:"gpus that they hold; 0 = no limit"`
}

// A ProjectChange is the document of a project as it is sent; what is left out stays.
type ProjectChange struct {
	ID          string    `json:"id,omitempty"`
	Description *string   `json:"description,omitempty"`
	Members     *[]string `json:"members,omitempty"`
	Leaders     *[]string `json:"leaders,omitempty" doc:"members who may change members and description"`
	Prio        *Number   `json:"prio,omitempty" doc:"0 to 100"`
	QuotaCPU    *Number   `json:"quota_cpu,omitempty" doc:"cpu seconds in the window; 0 = no limit"`
	QuotaRAM    *Number   `json:"quota_ram,omitempty" doc:"GB seconds in the window; 0 = no limit"`
	QuotaTime   *Number   `json:"quota_time,omitempty" doc:"seconds of run time in the window; 0 = no limit"`
	QuotaGPU    *Number   `json:"quota_gpu,omitempty" doc:"gpu seconds in the window; 0 = no limit"`
	QuotaDisk   *Number   `json:"quota_disk,omitempty" doc:"bytes; 0 = no limit"`
	LimitsChange
	Volumes *[]Volume `json:"volumes,omitempty"`
}

// Message says what was done.
type Message struct {
	Msg string `json:"msg"`
}

// DayUsage is what was used on one day.
type DayUsage struct {
	Date string  `json:"date" example:"2026_3_7" doc:"year, month and day, in UTC, not padded"`
	CPU  float64 `json:"cpu" doc:"cpu seconds"`
	RAM  float64 `json:"ram" doc:"GB seconds"`
	Time float64 `json:"time" doc:"seconds of run time"`
	GPU  float64 `json:"gpu" doc:"gpu seconds"`
}

// MemberUsage is what one member used of a project on one day.
type MemberUsage struct {
	User string `json:"user" doc:"empty: others, or what is taken from the books where a quota begins anew"`
	DayUsage
}

// PartUsage is what one person used in one project, in the window.
type PartUsage struct {
	User    string  `json:"user" doc:"empty: what is taken from the books, or put there, where a quota begins anew"`
	Project string  `json:"project"`
	CPU     float64 `json:"cpu" doc:"cpu seconds"`
	RAM     float64 `json:"ram" doc:"GB seconds"`
	Time    float64 `json:"time" doc:"seconds of run time"`
	GPU     float64 `json:"gpu" doc:"gpu seconds"`
}

// AllUsage returns who used what in the window, by person and project, for
// administrators.
func (c *Client) AllUsage(ctx context.Context) (us []PartUsage, err error) {
	err = c.call(ctx, http.MethodGet, "/usage", nil, &us)
	return us, err
}

// Users returns everybody, for administrators.
func (c *Client) Users(ctx context.Context) (us []User, err error) {
	err = c.call(ctx, http.MethodGet, "/user", nil, &us)
	return us, err
}

// User returns one person.
func (c *Client) User(ctx context.Context, id string) (u User, err error) {
	err = c.call(ctx, http.MethodGet, userPath(id), nil, &u)
	return u, err
}

// SaveUser changes a person.
func (c *Client) SaveUser(ctx context.Context, id string, change UserChange) (u User, err error) {
	err = c.call(ctx, http.MethodPut, userPath(id), change, &u)
	return u, err
}

// DeleteUser removes a person.
func (c *Client) DeleteUser(ctx context.Context, id string) error {
	return c.call(ctx, http.MethodDelete, userPath(id), nil, new(Message))
}

// UserProjects returns the projects of a person, the default one first.
func (c *Client) UserProjects(ctx context.Context, id string) (ps []Project, err error) {
	err = c.call(ctx, http.MethodGet, userPath(id)+"/project", nil, &ps)
	return ps, err
}

// UserUsage returns what a person used on each day of the window.
func (c *Client) UserUsage(ctx context.Context, id string) (days []DayUsage, err error) {
	err = c.call(ctx, http.MethodGet, userPath(id)+"/usage", nil, &days)
	return days, err
}

// ResetUser lets a person's quota begin anew.
func (c *Client) ResetUser(ctx context.Context, id string) error {
	return c.call(ctx, http.MethodDelete, userPath(id)+"/quota", nil, new(Message))
}

// Projects returns all projects for administrators, for others their own.
func (c *Client) Projects(ctx context.Context) (ps []Project, err error) {
	err = c.call(ctx, http.MethodGet, "/project", nil, &ps)
	return ps, err
}

// Project returns one project.
func (c *Client) Project(ctx context.Context, id string) (p Project, err error) {
	err = c.call(ctx, http.MethodGet, projectPath(id), nil, &p)
	return p, err
}

// CreateProject adds a project.
func (c *Client) CreateProject(ctx context.Context, doc ProjectChange) (p Project, err error) {
	err = c.call(ctx, http.MethodPost, "/project", doc, &p)
	return p, err
}

// SaveProject changes a project.
func (c *Client) SaveProject(ctx context.Context, id string, doc ProjectChange) (p Project, err error) {
	err = c.call(ctx, http.MethodPost, projectPath(id), doc, &p)
	return p, err
}

// DeleteProject removes a project.
func (c *Client) DeleteProject(ctx context.Context, id string) error {
	return c.call(ctx, http.MethodDelete, projectPath(id), nil, new(Message))
}

// ResetProject lets a project's quota begin anew.
func (c *Client) ResetProject(ctx context.Context, id string) error {
	return c.call(ctx, http.MethodDelete, projectPath(id)+"/quota", nil, new(Message))
}

// ProjectUsage returns what a project used on each day of the window.
func (c *Client) ProjectUsage(ctx context.Context, id string) (days []DayUsage, err error) {
	err = c.call(ctx, http.MethodGet, projectPath(id)+"/usage", nil, &days)
	return days, err
}

func userPath(id string) string    { return "/user/" + url.PathEscape(id) }
func projectPath(id string) string { return "/project/" + url.PathEscape(id) }
