package chaos

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"godocker"
	"godocker/api"
	"godocker/test/daemon"
)

// An owner hands in tasks of every kind and has wishes about them, through whatever
// happens to the server. Its methods may be called concurrently.
type owner struct {
	t        *testing.T
	s        *daemon.Server
	data     string       // folder that tasks may write to
	web      string       // where a file can be fetched from
	registry string       // of private images
	taken    atomic.Int64 // of them
	c        *api.Client
	gateway  string // its address

	mu     sync.Mutex
	asked  map[int64]asked
	runs   map[int64]int // how often tasks are to have left their line, where that is known
	mailed []int64
}

type asked struct {
	what string
	ends func(api.Task) bool
}

func newOwner(t *testing.T, s *daemon.Server, data, web string) *owner {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), startTime)
	defer cancel()
	c, err := s.Client(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return &owner{t: t, s: s, data: data, web: web, c: c, asked: map[int64]asked{}, runs: map[int64]int{}}
}

// patience is how long an owner waits for anything.
const patience = 2 * time.Minute

// insist calls until the server answers. A refusal is an answer.
func (e *owner) insist(call func(*api.Client) error) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for end := time.Now().Add(patience); ; <-tick.C {
		err := call(e.c)
		if !errors.Is(err, godocker.Unavailable) && !errors.Is(err, godocker.Internal) || time.Now().After(end) {
			return err
		}
	}
}

// submit hands in a task that is to end as said. If the server dies before it answers,
// the task is handed in again, and the one before is nobody's.
func (e *owner) submit(doc api.Task, what string, ends func(api.Task) bool) (id int64) {
	err := e.insist(func(c *api.Client) (err error) {
		id, err = c.Submit(e.t.Context(), doc)
		return err
	})
	if err != nil {
		e.t.Errorf("%s: %v", what, err)
		return 0
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.asked[id] = asked{what, ends}
	if doc.Notify.Email {
		e.mailed = append(e.mailed, id)
	}
	return id
}

// ran says how often a task is to have left its line.
func (e *owner) ran(id int64, n int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.runs[id] = n
}

func (e *owner) task(id int64) (one api.Task, err error) {
	err = e.insist(func(c *api.Client) (err error) { one, err = c.Task(e.t.Context(), id); return err })
	return one, err
}

// reach waits until a task is as wanted.
func (e *owner) reach(id int64, what string, ok func(api.Task) bool) bool {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for end := time.Now().Add(patience); ; <-tick.C {
		one, err := e.task(id)
		if err == nil && ok(one) {
			return true
		}
		if time.Now().After(end) {
			e.t.Errorf("task %d (%s) does not come to be %s: %v, %s %s, %s", id, e.called(id), what, err, one.Status.Primary, one.Container.Status, ending(one))
			return false
		}
	}
}

// called is what a task is.
func (e *owner) called(id int64) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.asked[id].what
}

// leftLine reports whether a task has left its line so often.
func (e *owner) leftLine(id int64, n int) func(api.Task) bool {
	return func(api.Task) bool {
		text, _ := os.ReadFile(filepath.Join(e.data, "runs"))
		return strings.Count("\n"+string(text), fmt.Sprintf("\n%d\n", id)) >= n
	}
}

// wish asks for something, once, even if the answer is lost.
func (e *owner) wish(id int64, kind string, ask func(*api.Client) (api.TaskStatus, error)) {
	err := e.insist(func(c *api.Client) error {
		one, err := c.Task(e.t.Context(), id)
		if err != nil || one.Status.Wish != nil && one.Status.Wish.Kind == kind {
			return err
		}
		_, err = ask(c)
		return err
	})
	if err != nil {
		e.t.Errorf("%s of task %d: %v", kind, id, err)
	}
}

func (e *owner) kill(id int64) {
	e.wish(id, "kill", func(c *api.Client) (api.TaskStatus, error) { return c.Kill(e.t.Context(), id) })
}

// takeAway removes the container of a task's first attempt, as if its node was lost.
func (e *owner) takeAway(id int64) {
	names, err := exec.Command("docker", "ps", "-aq", "--filter", "label=godocker.cluster="+e.s.Cluster, "--filter", fmt.Sprintf("label=godocker.task=%d", id), "--filter", "label=godocker.attempt=1").Output()
	name := strings.TrimSpace(string(names))
	if err != nil || name == "" {
		return
	}
	if out, err := exec.Command("docker", "rm", "-f", name).CombinedOutput(); err != nil && !strings.Contains(string(out), "already in progress") {
		e.t.Errorf("docker rm %s: %v %s", name, err, out)
	}
}

// endUnknown kills the tasks that were stored although the owner never heard of it:
// nobody is there to tell them to go on.
func (e *owner) endUnknown() {
	err := e.insist(func(c *api.Client) error {
		active, err := c.Active(e.t.Context(), "", true)
		for i := range active {
			parent := active[i].ParentTaskID
			if _, known := e.asked[active[i].ID]; known || parent != nil {
				continue
			}
			if _, killErr := c.Kill(e.t.Context(), active[i].ID); killErr != nil && !errors.Is(killErr, godocker.Conflict) {
				err = killErr
			}
		}
		return err
	})
	if err != nil {
		e.t.Errorf("killing the tasks that nobody knows: %v", err)
	}
}

// honest fails the test unless every task ended as it should, ran as often as it
// should, and left its folder to its owner.
func (e *owner) honest() {
	e.t.Helper()
	runs := lines(e.t, filepath.Join(e.data, "runs"))
	for id, a := range e.asked {
		one, err := e.task(id)
		if err != nil || !a.ends(one) {
			e.t.Errorf("task %d (%s) ended %s, %v", id, a.what, ending(one), err)
		}
		if want, known := e.runs[id]; known && runs[id] != want {
			e.t.Errorf("task %d (%s) ran %d times, want %d; it ended %s", id, a.what, runs[id], want, ending(one))
		}
		if dir := folderOf(one); dir != "" && one.Requirements.Array.NbTasks == nil {
			info, err := os.Stat(dir)
			if errors.Is(err, os.ErrNotExist) && (one.Status.Attempt == 0 || one.Status.Primary == "archived" || one.Status.Outcome == "killed") {
				continue
			}
			if err != nil || int(info.Sys().(*syscall.Stat_t).Uid) != e.s.UID {
				e.t.Errorf("task %d (%s) left its folder as %+v, %v", id, a.what, info, err)
			}
		}
	}
	e.t.Logf("%d tasks of known ends", len(e.asked))
}

func folderOf(one api.Task) string {
	for _, v := range one.Container.Volumes {
		if v.Name == api.TaskVolume {
			return v.Path
		}
	}
	return ""
}
