package api

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"godocker"
)

// message is one server-sent event.
type message struct {
	id, event, data string
}

// errStop ends a stream from inside.
var errStop = errors.New("stop")

// stream reads server-sent events and calls each. A connection that breaks is made
// again, after the event that came last. opened is called after each connection.
func (c *Client) stream(ctx context.Context, path string, opened func() error, each func(message) error) error {
	last, pause := "", 100*time.Millisecond
	for {
		err := c.streamOnce(ctx, path, &last, opened, func(m message) error {
			pause = 100 * time.Millisecond
			return each(m)
		})
		switch {
		case errors.Is(err, errStop):
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && !errors.Is(err, godocker.Unavailable):
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
		pause = min(2*pause, 5*time.Second)
	}
}

func (c *Client) streamOnce(ctx context.Context, path string, last *string, opened func() error, each func(message) error) error {
	head := http.Header{"Accept": {"text/event-stream"}}
	if *last != "" {
		head.Set("Last-Event-ID", *last)
	}
	resp, err := c.do(ctx, http.MethodGet, path, nil, head)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if opened != nil {
		if err := opened(); err != nil {
			return err
		}
	}
	var m message
	lines := bufio.NewReaderSize(resp.Body, 64<<10)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return nil // broken or ended: connect again
		}
		field, value, _ := strings.Cut(strings.TrimRight(line, "\r\n"), ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "id":
			m.id = value
		case "event":
			m.event = value
		case "data":
			m.data += value
		}
		if line != "\n" && line != "\r\n" || m.data == "" {
			continue
		}
		if err := each(m); err != nil {
			return err
		}
		*last, m = m.id, message{}
	}
}

// FollowLog writes what a task prints on a stream, stdout or stderr, until the task
// is over, or with follow false until the end of what is there.
func (c *Client) FollowLog(ctx context.Context, id int64, stream string, follow bool, to io.Writer) error {
	q := url.Values{"stream": {stream}, "follow": {strconv.FormatBool(follow)}}
	return c.stream(ctx, taskPath(id)+"/log?"+q.Encode(), nil, func(m message) error {
		if m.event == "end" {
			return errStop
		}
		var chunk struct {
			Text string `json:"text"`
		}
		if err := json.Unmarshal([]byte(m.data), &chunk); err != nil {
			return err
		}
		_, err := io.WriteString(to, chunk.Text)
		return err
	})
}

// Wait returns the status of a task once it is over.
func (c *Client) Wait(ctx context.Context, id int64, changed func(Status)) (Status, error) {
	all, err := c.WaitAll(ctx, []int64{id}, func(_ int64, s Status) {
		if changed != nil {
			changed(s)
		}
	})
	return all[id], err
}

// WaitAll returns the statuses of tasks once all of them are over. It hears of their ends
// from one event stream and asks for a status only when it (re)connects or something
// happened to the task. changed, if not nil, is called with each status that it sees.
func (c *Client) WaitAll(ctx context.Context, ids []int64, changed func(int64, Status)) (map[int64]Status, error) {
	seen, left := map[int64]Status{}, slices.Clone(ids)
	check := func(id int64) error {
		s, err := c.Status(ctx, id)
		if err != nil {
			return err
		}
		seen[id] = s
		if changed != nil {
			changed(id, s)
		}
		if s.Primary == string(godocker.Over) || s.Primary == string(godocker.Archived) {
			left = slices.DeleteFunc(left, func(n int64) bool { return n == id })
		}
		if len(left) == 0 {
			return errStop
		}
		return nil
	}
	checkAll := func() error {
		for _, id := range slices.Clone(left) {
			if err := check(id); err != nil {
				return err
			}
		}
		return nil
	}
	if len(ids) == 0 {
		return seen, nil
	}
	err := c.stream(ctx, "/event", checkAll, func(m message) error {
		var e Event
		if err := json.Unmarshal([]byte(m.data), &e); err != nil {
			return err
		}
		if !slices.Contains(left, e.TaskID) {
			return nil
		}
		return check(e.TaskID)
	})
	return seen, err
}
