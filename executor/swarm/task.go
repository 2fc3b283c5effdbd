package swarm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/swarm"
	"github.com/moby/moby/client"
	"github.com/moby/moby/client/pkg/versions"

	"godocker/executor"
	"godocker/executor/dockerapi"
)

// labelEnded marks what takes the place of an attempt that is being ended.
const labelEnded = "godocker.ended"

// task is what is looked at of a task of a swarm. There may be thousands.
type task struct {
	CreatedAt    time.Time
	ServiceID    string
	NodeID       string
	DesiredState swarm.TaskState
	Status       swarm.TaskStatus
	Spec         struct {
		ContainerSpec struct{ Labels map[string]string }
	}
}

// handle is that of the attempt that the task is; false if it is none.
func (t *task) handle() (executor.Handle, bool) {
	labels := t.Spec.ContainerSpec.Labels
	f, ours := dockerapi.Found(labels)
	return f.Handle, ours && labels[labelEnded] == ""
}

// over reports whether the task does not run any more.
func (t *task) over() bool {
	switch t.Status.State {
	case swarm.TaskStateComplete, swarm.TaskStateFailed, swarm.TaskStateShutdown, swarm.TaskStateRejected, swarm.TaskStateOrphaned, swarm.TaskStateRemove:
		return true
	default:
		return false
	}
}

// placed reports whether a node was ever told of the task.
func (t *task) placed() bool { return t.NodeID != "" }

// agree finds out which version of the API the managers speak. It asks once.
func (s *Swarm) agree(ctx context.Context) error {
	s.mu.Lock()
	agreed := s.agreed
	s.mu.Unlock()
	if agreed {
		return nil
	}
	if _, err := s.api.Ping(ctx, client.PingOptions{NegotiateAPIVersion: true}); err != nil {
		return err
	}
	if v := s.api.ClientVersion(); versions.LessThan(v, leastAPI) {
		return fmt.Errorf("the managers speak version %s of the API, want %s (Docker 20.10) or later", v, leastAPI)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.agreed = true
	return nil
}

// each asks for tasks and hands over one after the other, so that all of them are never in
// memory at once. What a manager says is not found is errdefs.ErrNotFound.
func (s *Swarm) each(ctx context.Context, path string, filters map[string][]string, take func(*json.Decoder) error) error {
	if err := s.agree(ctx); err != nil {
		return err
	}
	text, err := json.Marshal(filters)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.api.Address(path)+"?"+url.Values{"filters": {string(text)}}.Encode(), nil)
	if err != nil {
		return err
	}
	a, err := s.api.Way.RoundTrip(r)
	if err != nil {
		return err
	}
	defer a.Body.Close()
	if a.StatusCode != http.StatusOK {
		return refusal(a)
	}
	d := json.NewDecoder(a.Body)
	if _, err := d.Token(); err != nil {
		return noAnswer(err)
	}
	for d.More() {
		if err := take(d); err != nil {
			return noAnswer(err)
		}
	}
	_, err = d.Token()
	return noAnswer(err)
}

// noAnswer keeps an answer that broke off from passing for one.
func noAnswer(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func refusal(a *http.Response) error {
	var said struct{ Message string }
	_ = json.NewDecoder(io.LimitReader(a.Body, 1<<16)).Decode(&said)
	if said.Message == "" {
		said.Message = a.Status
	}
	switch a.StatusCode {
	case http.StatusNotFound:
		return fmt.Errorf("%s: %w", said.Message, errdefs.ErrNotFound)
	case http.StatusServiceUnavailable:
		return fmt.Errorf("%s: %w", said.Message, errdefs.ErrUnavailable)
	default:
		return errors.New(said.Message)
	}
}

// tasks asks for tasks.
func (s *Swarm) tasks(ctx context.Context, filters map[string][]string, take func(*task)) error {
	return s.each(ctx, "/tasks", filters, func(d *json.Decoder) error {
		var t task
		if err := d.Decode(&t); err != nil {
			return err
		}
		if t.DesiredState != swarm.TaskStateRemove {
			take(&t)
		}
		return nil
	})
}

// taskOf returns the task that is the attempt of a name, or nil if the swarm has made none
// yet. A service that does not exist is errdefs.ErrNotFound. ended reports whether it is being
// ended, or was.
func (s *Swarm) taskOf(ctx context.Context, name string) (own *task, ended bool, err error) {
	err = s.tasks(ctx, map[string][]string{"service": {name}}, func(t *task) {
		if t.Spec.ContainerSpec.Labels[labelEnded] != "" {
			ended = true
		} else if own == nil || t.CreatedAt.Before(own.CreatedAt) {
			own = t
		}
	})
	return own, ended, err
}
