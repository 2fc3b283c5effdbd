package api

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
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

// Wait returns the status of a task once it is over. It hears of the end from the
// event stream and asks for the status only when it (re)connects.
func (c *Client) Wait(ctx context.Context, id int64, changed func(Status)) (Status, error) {
	var s Status
	check := func() error {
		var err error
		if s, err = c.Status(ctx, id); err != nil {
			return err
		}
		if changed != nil {
			changed(s)
		}
		if s.Primary == string(godocker.Over) || s.Primary == string(godocker.Archived) {
			return errStop
		}
		return nil
	}
	err := c.stream(ctx, "/event", check, func(m message) error {
		var e Event
		if err := json.Unmarshal([]byte(m.data), &e); err != nil {
			return err
		}
		if e.TaskID != id {
			return nil
		}
		return check()
	})
	return s, err
}
