package api

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
)

// Kill asks for the end of a task and returns its status afterwards.
func (c *Client) Kill(ctx context.Context, id int64) (TaskStatus, error) {
	return c.wish(ctx, http.MethodDelete, taskPath(id))
}

// Alter changes a requirement of a task and returns the task.
func (c *Client) Alter(ctx context.Context, id int64, a Alteration) (Task, error) {
	var t Task
	err := c.call(ctx, http.MethodPut, taskPath(id), a, &t)
	return t, err
}

// Suspend asks to freeze a task, or to hold it back while it waits.
func (c *Client) Suspend(ctx context.Context, id int64) (TaskStatus, error) {
	return c.wish(ctx, http.MethodPost, taskPath(id)+"/suspend")
}

// Resume asks to let a suspended task go on.
func (c *Client) Resume(ctx context.Context, id int64) (TaskStatus, error) {
	return c.wish(ctx, http.MethodPost, taskPath(id)+"/resume")
}

// Reschedule begins a task again. The answer has another id if the task was over.
func (c *Client) Reschedule(ctx context.Context, id int64) (TaskStatus, error) {
	return c.wish(ctx, http.MethodPost, taskPath(id)+"/reschedule")
}

// KillAll asks for the end of all tasks of a user, or of those with a tag.
func (c *Client) KillAll(ctx context.Context, user, tag string) (Many, error) {
	var m Many
	err := c.call(ctx, http.MethodDelete, "/user/"+url.PathEscape(user)+"/task?"+url.Values{"tag": {tag}}.Encode(), nil, &m)
	return m, err
}

// Archive asks to remove the files of a task that is over; with purge, its record too.
func (c *Client) Archive(ctx context.Context, id int64, purge bool) (TaskStatus, error) {
	return c.wish(ctx, cleanMethod(purge), taskPath(id)+"/archive")
}

// ArchiveOld asks the same about one's own tasks that are over for more than so many
// days, or those of them with a tag.
func (c *Client) ArchiveOld(ctx context.Context, days int, tag string, purge bool) (Many, error) {
	var m Many
	err := c.call(ctx, cleanMethod(purge), "/archive/"+strconv.Itoa(days)+"?"+url.Values{"tag": {tag}}.Encode(), nil, &m)
	return m, err
}

func cleanMethod(purge bool) string {
	if purge {
		return http.MethodDelete
	}
	return http.MethodGet
}

func (c *Client) wish(ctx context.Context, method, path string) (TaskStatus, error) {
	var s TaskStatus
	err := c.call(ctx, method, path, nil, &s)
	return s, err
}
