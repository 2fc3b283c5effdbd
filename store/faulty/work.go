package faulty

import (
	"context"
	"time"

	"godocker"
	"godocker/store"
)

func (f *faulty) Submit(ctx context.Context, ts []godocker.Task) ([]int64, error) {
	return get(f, "Submit", func() ([]int64, error) { return f.Store.Submit(ctx, ts) })
}

func (f *faulty) Task(ctx context.Context, id int64) (godocker.Task, error) {
	return get(f, "Task", func() (godocker.Task, error) { return f.Store.Task(ctx, id) })
}

func (f *faulty) List(ctx context.Context, q store.Query) ([]godocker.Task, error) {
	return get(f, "List", func() ([]godocker.Task, error) { return f.Store.List(ctx, q) })
}

func (f *faulty) Count(ctx context.Context) (map[godocker.State]int, error) {
	return get(f, "Count", func() (map[godocker.State]int, error) { return f.Store.Count(ctx) })
}

func (f *faulty) Attempts(ctx context.Context, id int64) ([]godocker.Attempt, error) {
	return get(f, "Attempts", func() ([]godocker.Attempt, error) { return f.Store.Attempts(ctx, id) })
}

func (f *faulty) Wish(ctx context.Context, id int64, w godocker.Wish) (godocker.Task, error) {
	return get(f, "Wish", func() (godocker.Task, error) { return f.Store.Wish(ctx, id, w) })
}

func (f *faulty) Waiting(ctx context.Context) (map[string]int, error) {
	return get(f, "Waiting", func() (map[string]int, error) { return f.Store.Waiting(ctx) })
}

func (f *faulty) Alter(ctx context.Context, now time.Time, id int64, field string, change func(*godocker.Task) error) (godocker.Task, error) {
	return get(f, "Alter", func() (godocker.Task, error) { return f.Store.Alter(ctx, now, id, field, change) })
}

func (f *faulty) Tag(ctx context.Context, now time.Time, id int64, change func([]string) ([]string, error)) (godocker.Task, error) {
	return get(f, "Tag", func() (godocker.Task, error) { return f.Store.Tag(ctx, now, id, change) })
}

func (f *faulty) Queue(ctx context.Context, states []godocker.State, ids []int64, after int64, limit int) ([]godocker.Queued, error) {
	return get(f, "Queue", func() ([]godocker.Queued, error) { return f.Store.Queue(ctx, states, ids, after, limit) })
}

func (f *faulty) Claim(ctx context.Context, l godocker.Lease, now time.Time, cs []store.Claim) ([]int64, error) {
	return get(f, "Claim", func() ([]int64, error) { return f.Store.Claim(ctx, l, now, cs) })
}

func (f *faulty) Decide(ctx context.Context, l godocker.Lease, now time.Time, vs []store.Verdict) ([]int64, error) {
	return get(f, "Decide", func() ([]int64, error) { return f.Store.Decide(ctx, l, now, vs) })
}

func (f *faulty) Take(ctx context.Context, state godocker.State, holder string, now, until time.Time, limit int) ([]godocker.Task, error) {
	return get(f, "Take", func() ([]godocker.Task, error) { return f.Store.Take(ctx, state, holder, now, until, limit) })
}

func (f *faulty) Vacate(ctx context.Context, state godocker.State, holder string) error {
	return f.do("Vacate", func() error { return f.Store.Vacate(ctx, state, holder) })
}

func (f *faulty) Hold(ctx context.Context, state godocker.State, holder string, ids []int64, until time.Time) error {
	return f.do("Hold", func() error { return f.Store.Hold(ctx, state, holder, ids, until) })
}

func (f *faulty) Started(ctx context.Context, now time.Time, ss []store.Start) ([]int64, error) {
	return get(f, "Started", func() ([]int64, error) { return f.Store.Started(ctx, now, ss) })
}

func (f *faulty) Defer(ctx context.Context, now time.Time, k store.AttemptKey, why string) error {
	return f.do("Defer", func() error { return f.Store.Defer(ctx, now, k, why) })
}

func (f *faulty) Ended(ctx context.Context, now time.Time, es []store.End) ([]int64, error) {
	return get(f, "Ended", func() ([]int64, error) { return f.Store.Ended(ctx, now, es) })
}

func (f *faulty) Finish(ctx context.Context, now time.Time, fs []store.Finish) ([]int64, error) {
	return get(f, "Finish", func() ([]int64, error) { return f.Store.Finish(ctx, now, fs) })
}

func (f *faulty) Annotate(ctx context.Context, now time.Time, ns []store.Note) error {
	return f.do("Annotate", func() error { return f.Store.Annotate(ctx, now, ns) })
}

func (f *faulty) Grant(ctx context.Context, now time.Time, g store.Grant) error {
	return f.do("Grant", func() error { return f.Store.Grant(ctx, now, g) })
}

func (f *faulty) Condemn(ctx context.Context, now time.Time, k store.AttemptKey, o godocker.Outcome, reason string) error {
	return f.do("Condemn", func() error { return f.Store.Condemn(ctx, now, k, o, reason) })
}

func (f *faulty) Ready(ctx context.Context, now time.Time, k store.AttemptKey) error {
	return f.do("Ready", func() error { return f.Store.Ready(ctx, now, k) })
}

func (f *faulty) Idle(ctx context.Context, now time.Time, i store.Idle) (bool, error) {
	return get(f, "Idle", func() (bool, error) { return f.Store.Idle(ctx, now, i) })
}

func (f *faulty) Thaw(ctx context.Context, now time.Time, k store.AttemptKey) error {
	return f.do("Thaw", func() error { return f.Store.Thaw(ctx, now, k) })
}

func (f *faulty) Warn(ctx context.Context, now time.Time, k store.AttemptKey) (bool, error) {
	return get(f, "Warn", func() (bool, error) { return f.Store.Warn(ctx, now, k) })
}

func (f *faulty) Wishes(ctx context.Context, states []godocker.State) ([]godocker.Task, error) {
	return get(f, "Wishes", func() ([]godocker.Task, error) { return f.Store.Wishes(ctx, states) })
}

func (f *faulty) Unreleased(ctx context.Context, executors []string, others bool, limit int) ([]godocker.Attempt, error) {
	return get(f, "Unreleased", func() ([]godocker.Attempt, error) { return f.Store.Unreleased(ctx, executors, others, limit) })
}

func (f *faulty) Released(ctx context.Context, ks []store.AttemptKey) error {
	return f.do("Released", func() error { return f.Store.Released(ctx, ks) })
}

func (f *faulty) Archive(ctx context.Context, now time.Time, ids []int64) ([]int64, error) {
	return get(f, "Archive", func() ([]int64, error) { return f.Store.Archive(ctx, now, ids) })
}

func (f *faulty) Purge(ctx context.Context, now time.Time, ids []int64) ([]int64, error) {
	return get(f, "Purge", func() ([]int64, error) { return f.Store.Purge(ctx, now, ids) })
}

func (f *faulty) ForgetPasts(ctx context.Context, before time.Time) error {
	return f.do("ForgetPasts", func() error { return f.Store.ForgetPasts(ctx, before) })
}

func (f *faulty) Pasts(ctx context.Context, likenesses []int64) (map[int64][]time.Duration, error) {
	return get(f, "Pasts", func() (map[int64][]time.Duration, error) { return f.Store.Pasts(ctx, likenesses) })
}

func (f *faulty) Forget(ctx context.Context, before time.Time) error {
	return f.do("Forget", func() error { return f.Store.Forget(ctx, before) })
}
