package api

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"godocker"
)

// A Client talks to one server as one user. It may be used concurrently once
// Login returned.
type Client struct {
	Server string // such as http://127.0.0.1:6543, with or without a slash at the end
	http   *http.Client
	token  string
}

// NewClient returns a client of the server. With insecure, its certificate is not
// checked.
func NewClient(server string, insecure bool) *Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.ResponseHeaderTimeout = time.Minute
	if insecure {
		t.TLSClientConfig = &tls.Config{InsecureSkipVerify: true}
	}
	return &Client{Server: strings.TrimRight(server, "/"), http: &http.Client{Transport: t}}
}

// Login exchanges an API key for the token that later calls carry.
func (c *Client) Login(ctx context.Context, user, apikey string) error {
	var t Token
	if err := c.call(ctx, http.MethodPost, "/authenticate", Credentials{User: user, APIKey: apikey}, &t); err != nil {
		return err
	}
	c.token = t.Token
	return nil
}

// Submit hands in a task and returns its id.
func (c *Client) Submit(ctx context.Context, t Task) (int64, error) {
	var a Added
	err := c.call(ctx, http.MethodPost, "/task", t, &a)
	return a.ID, err
}

// Task returns one task.
func (c *Client) Task(ctx context.Context, id int64) (Task, error) {
	var t Task
	err := c.call(ctx, http.MethodGet, taskPath(id), nil, &t)
	return t, err
}

// Status returns the status of a task.
func (c *Client) Status(ctx context.Context, id int64) (Status, error) {
	var s TaskStatus
	err := c.call(ctx, http.MethodGet, taskPath(id)+"/status", nil, &s)
	return s.Status, err
}

// Active returns the tasks that wait or run; all of them for administrators who
// ask for it.
func (c *Client) Active(ctx context.Context, project string, all bool) ([]Task, error) {
	path := "/task/active"
	if all {
		path += "/all"
	}
	var ts []Task
	err := c.call(ctx, http.MethodGet, path+"?"+url.Values{"project": {project}}.Encode(), nil, &ts)
	return ts, err
}

// Over returns tasks that are over, newest first. A limit of 0 is none.
func (c *Client) Over(ctx context.Context, project string, all bool, skip, limit int) ([]Task, error) {
	path := "/task/over/"
	if all {
		path += "all/"
	}
	path += strconv.Itoa(skip) + "/" + strconv.Itoa(limit)
	var ts []Task
	err := c.call(ctx, http.MethodPost, path+"?"+url.Values{"project": {project}}.Encode(), nil, &ts)
	return ts, err
}

// List returns a page of tasks. What may be asked for is in the description of the
// interface.
func (c *Client) List(ctx context.Context, q url.Values) (Page, error) {
	var p Page
	err := c.call(ctx, http.MethodGet, "/task?"+q.Encode(), nil, &p)
	return p, err
}

// Elements returns those of the array's elements from the first-th on, from 0, in the
// order of their values; at most n of them.
func (c *Client) Elements(ctx context.Context, array Task, first, n int) ([]Task, error) {
	const most = 500 // of one page
	ids := array.Requirements.Array.Tasks
	out := []Task{}
	for last := min(first+n, len(ids)); first < last; {
		next := min(first+most, last)
		q := url.Values{"parent": {strconv.FormatInt(array.ID, 10)}, "limit": {strconv.Itoa(next - first)}}
		if next < len(ids) {
			q.Set("before", strconv.FormatInt(ids[next], 10))
		}
		p, err := c.List(ctx, q)
		if err == nil && len(p.Tasks) == 0 { // somebody else's
			q.Set("user", array.User.ID)
			p, err = c.List(ctx, q)
		}
		if err != nil {
			return nil, err
		}
		slices.Reverse(p.Tasks)
		out, first = append(out, p.Tasks...), next
	}
	return out, nil
}

// Config returns what the server tells of its configuration.
func (c *Client) Config(ctx context.Context) (Config, error) {
	var conf Config
	err := c.call(ctx, http.MethodGet, "/config", nil, &conf)
	return conf, err
}

// Files lists a folder of a task, "" being its own.
func (c *Client) Files(ctx context.Context, id int64, dir string) ([]File, error) {
	var fs []File
	err := c.call(ctx, http.MethodGet, filePath(id, dir), nil, &fs)
	return fs, err
}

// ErrFolder is returned by Download for a folder.
var ErrFolder = errors.New("this is a folder")

// Download opens a file of a task. size is -1 if the server does not tell.
func (c *Client) Download(ctx context.Context, id int64, name string) (body io.ReadCloser, size int64, err error) {
	resp, err := c.do(ctx, http.MethodGet, filePath(id, name), nil, nil)
	if err != nil {
		return nil, 0, err
	}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") {
		resp.Body.Close()
		return nil, 0, ErrFolder
	}
	return resp.Body, resp.ContentLength, nil
}

func taskPath(id int64) string { return "/task/" + strconv.FormatInt(id, 10) }

func filePath(id int64, name string) string {
	parts := strings.Split(name, "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	return taskPath(id) + "/files/" + strings.Join(parts, "/")
}

// call sends in, if not nil, and reads the answer into out.
func (c *Client) call(ctx context.Context, method, path string, in, out any) error {
	var text []byte
	if in != nil {
		var err error
		if text, err = json.Marshal(in); err != nil {
			return err
		}
	}
	resp, err := c.do(ctx, method, path, text, nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
		return godocker.Errorf(godocker.Unavailable, "%s does not answer as a GO-Docker server does: %w", c.Server, err)
	}
	return nil
}

// do sends a request and turns an answer that is not a success into an error with
// the server's code and words.
func (c *Client) do(ctx context.Context, method, path string, text []byte, head http.Header) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.Server+"/api/1.0"+path, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	for k, v := range head {
		req.Header[k] = v
	}
	req.Header.Set("Content-Type", "application/json")
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		var ue *url.Error
		if errors.As(err, &ue) {
			err = ue.Err
		}
		return nil, godocker.Errorf(godocker.Unavailable, "%s does not answer: %w", c.Server, err)
	}
	if resp.StatusCode == http.StatusOK || resp.StatusCode == http.StatusPartialContent {
		return resp, nil
	}
	defer resp.Body.Close()
	return nil, refusal(resp)
}

// refusal reads an error document.
func refusal(resp *http.Response) error {
	var doc Error
	if err := json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(&doc); err != nil || doc.Code == "" {
		return godocker.Errorf(godocker.Unavailable, "the server answered %s", resp.Status)
	}
	e := &godocker.Error{Code: godocker.Code(doc.Code), Message: doc.Detail}
	for _, f := range doc.Errors {
		e.Fields = append(e.Fields, godocker.FieldError{Field: f.Field, Message: f.Message})
	}
	if len(e.Fields) > 0 && !strings.Contains(e.Message, e.Fields[0].Message) {
		e.Message = fmt.Sprintf("%s: %s", e.Fields[0].Field, e.Fields[0].Message)
	}
	return e
}
