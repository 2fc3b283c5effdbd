package dispatch

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/internal/runner/spec"
	"godocker/store"
)

// started is an attempt that the executor has.
type started struct {
	executor.Started
	hostKey string // "" = nobody logs in
}

// start makes the task's folder, fetches what belongs into it and asks the executor.
func (r *Room) start(ctx context.Context, t *godocker.Task) (started, error) {
	exec := r.Executors[t.Executor]
	if exec == nil {
		return started{}, fmt.Errorf("%w: there is no executor %q", executor.ErrCannotStart, t.Executor)
	}
	if id := max(t.User.UID, t.User.GID); id > maxID || min(t.User.UID, t.User.GID) < 0 {
		return started{}, fmt.Errorf("%w: no container can run as user %d, group %d; an administrator gives %s other ids", executor.ErrCannotStart, t.User.UID, t.User.GID, t.User.ID)
	}
	on, done := r.while(ctx, t.Executor, exec)
	defer done()
	a, err := r.assignment(t)
	why := ""
	if err == nil {
		why, err = r.image(on, exec, t, &a)
	}
	if err == nil {
		err = r.gpus(on, exec, t, &a)
	}
	if err != nil {
		return started{}, err
	}
	hostKey, err := r.session(ctx, t, &a)
	if err != nil {
		return started{}, err
	}
	if err := r.Dirs.Create(t, envFile(a.Env)); err != nil {
		return started{}, fmt.Errorf("the task's folder cannot be made: %w", err)
	}
	if err := r.attach(ctx, t); err != nil {
		return started{}, err
	}
	progress := r.progress(ctx, t.ID)
	a.Progress = progress.note
	defer progress.stop()
	if err := r.fetch(ctx, t, progress.note); err != nil {
		return started{}, err
	}
	got, err := r.withPorts(on, exec, t, a)
	return started{got, hostKey}, explained(err, why)
}

// maxID is the greatest numeric id of a user or group that engines take.
const maxID = 1<<31 - 1

// greatest number of processes of a task.
const maxPIDs = 4096

func (r *Room) assignment(t *godocker.Task) (executor.Assignment, error) {
	s := spec.Spec{Task: t.ID, Attempt: t.Attempt, UID: t.User.UID, GID: t.User.GID, Groups: t.User.Groups, Root: t.Container.Root, Interactive: t.Command.Interactive}
	a := executor.Assignment{
		Cluster: r.Cluster, Task: t.ID, Attempt: t.Attempt, Mark: t.Mark(),
		Env: environment(t), WorkDir: spec.Dir,
		CPU: t.Requirements.CPU, RAM: t.Requirements.RAMBytes(), GPUs: t.Requirements.GPUs, PIDs: maxPIDs,
		Network: t.Container.Network, Root: t.Container.Root, Node: t.Node, Constraints: t.Requirements.Labels, Grace: r.Grace,
		User:   &executor.Identity{UID: t.User.UID, GID: t.User.GID, Groups: t.User.Groups},
		Labels: map[string]string{"godocker.user": t.User.ID, "godocker.project": t.User.Project},
		Mounts: []executor.Mount{
			{Source: r.Runner, Target: spec.Path, ReadOnly: true},
			{Source: r.Dirs.Path(t), Target: spec.Dir},
		},
	}
	a.Shm, _ = strconv.ParseInt(t.Requirements.Resources[godocker.ResourceShm], 10, 64) // bytes, as the submission left it
	if size, err := godocker.ParseSize(t.Requirements.TmpStorage); err == nil {
		a.Tmp, s.Tmp = size, size > 0
	}
	if err := r.mount(&a, &s, t); err != nil {
		return a, err
	}
	a.Command = s.Args()
	if orders, ok := strings.CutPrefix(t.Command.Script, "#FAKE "); ok {
		orders, _, _ = strings.Cut(orders, "\n")
		a.Labels["godocker.fake"] = orders // the executor "fake" obeys; others just label
	}
	return a, nil
}

// environment is what the script finds beside the image's own variables.
func environment(t *godocker.Task) map[string]string {
	env := map[string]string{
		"GODOCKER_JID": strconv.FormatInt(t.ID, 10),
		"GODOCKER_PWD": spec.Dir,
	}
	maps.Copy(env, t.Command.Env) // none of whose names is one of the system's
	for _, v := range t.Container.Volumes {
		if v.Name == "home" {
			env["GODOCKER_HOME"] = v.Mount
		}
	}
	if r, err := godocker.ParseRange(t.Requirements.Array.Values); err == nil && t.ParentID != 0 {
		for name, v := range map[string]int64{"ID": t.Requirements.Array.TaskID, "FIRST": r.First, "LAST": r.Last, "STEP": r.Step} {
			env["GODOCKER_TASK_"+name] = strconv.FormatInt(v, 10)
			env["GOGOCKER_TASK_"+name] = env["GODOCKER_TASK_"+name] // as the original spelt it
		}
	}
	return env
}

// envFile is the environment for people to read, one variable a line.
func envFile(env map[string]string) []byte {
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(env)) {
		fmt.Fprintf(&b, "%s=%s\n", k, strings.ReplaceAll(env[k], "\n", "\\n"))
	}
	return []byte(b.String())
}

// reporter writes what a start is waiting for to the task, in its own time: an
// engine that talks fast does not make the store busy.
type reporter struct {
	mu     sync.Mutex
	text   string
	wake   chan struct{}
	closed bool
}

const reportEvery = time.Second

func (r *Room) progress(ctx context.Context, id int64) *reporter {
	p := &reporter{wake: make(chan struct{}, 1)}
	r.wg.Go(func() {
		for range p.wake {
			p.mu.Lock()
			text := p.text
			p.mu.Unlock()
			if err := r.Store.Annotate(ctx, time.Now(), []store.Note{{ID: id, Text: text}}); err != nil && ctx.Err() == nil {
				r.Log.Warn("progress was not recorded", "task", id, "error", err)
			}
			pause := time.NewTimer(reportEvery)
			select {
			case <-pause.C:
			case <-ctx.Done():
			}
		}
	})
	return p
}

func (p *reporter) note(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	p.text = text
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

func (p *reporter) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	close(p.wake)
}
