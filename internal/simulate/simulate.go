// Package simulate runs days of a site in moments: what is handed in, by whom and when,
// is placed by the same plan as in the live system, under a clock of its own. It also
// forecasts when a task that waits will start.
package simulate

import (
	"cmp"
	"container/heap"
	"context"
	"iter"
	"slices"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/internal/plan"
	"godocker/scheduler"
)

// A Site is where tasks run, and by which rules.
type Site struct {
	Nodes      []executor.Node
	Policy     scheduler.Scheduler
	Placement  plan.Settings // Default is not looked at
	Window     int           // days that usage is counted over
	Priorities plan.Priorities
	Limits     map[plan.Account]godocker.Limits
	Pause      time.Duration // between two looks at what may start; 0 = DefaultPause

	// After, if not nil, is called after each look. It must not change the state.
	After func(now time.Time, s *plan.State)
}

// DefaultPause is a second: whatever happens in between is looked at together.
const DefaultPause = time.Second

// A Task is what somebody hands in.
type Task struct {
	User, Project string
	Nice          int
	CPU, RAM      float64 // cores and GB
	GPUs          int
	Labels        []string
	Submitted     time.Time
	Asks          time.Duration // to run at most; 0 = as long as the site lets it
	Runs          time.Duration // until it is over, if nobody ends it before
}

// A Span is the time in which tasks are handed in. The simulation goes on until all of
// them are over.
type Span struct{ From, To time.Time }

// engine is the name of the only one.
const engine = "simulated"

// How often what runs is brought up to date for policies that look at it, and the books
// are read.
const (
	countEvery = time.Minute
	readEvery  = time.Hour
)

// A world is a simulation under way.
type world struct {
	site   Site
	span   Span
	state  *plan.State
	shares *plan.Shares // nil = the policy does not look at any
	books  books
	shown  time.Time // when the shares were brought up to date
	read   time.Time // when the books were
	ends   ends
	tasks  []handed // by id, from 1 on
	*measure
}

// handed is what is known of a task beside what the plan knows.
type handed struct {
	runs   time.Duration
	member int32
}

// Run simulates. The tasks come in the order of their Submitted; the same give the same.
// progress, if not nil, is told which part of the span is over, now and then.
func Run(ctx context.Context, site Site, span Span, tasks iter.Seq[Task], progress func(part float64)) (*Outcome, error) {
	site.Placement.Default = engine
	site.Pause = cmp.Or(site.Pause, DefaultPause)
	w := &world{site: site, span: span, state: plan.New(site.Placement, []string{engine}), shares: plan.NewShares(site.Policy), books: books{}}
	w.measure = newMeasure(site, span)
	w.state.SetNodes(engine, site.Nodes, false)
	next, stop := iter.Pull(tasks)
	defer stop()
	t, more := next()
	for looks := 0; more || len(w.ends) > 0; looks++ {
		if looks%4096 == 0 {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if progress != nil && more {
				progress(max(0, t.Submitted.Sub(span.From).Seconds()/span.To.Sub(span.From).Seconds()))
			}
		}
		now := t.Submitted
		if len(w.ends) > 0 && (!more || w.ends[0].at.Before(now)) {
			now = w.ends[0].at
		}
		if over := now.Sub(span.From) % site.Pause; over > 0 {
			now = now.Add(site.Pause - over)
		}
		for {
			comes, ends := more && !t.Submitted.After(now), len(w.ends) > 0 && !w.ends[0].at.After(now)
			if !comes && !ends {
				break
			}
			if ends && (!comes || !t.Submitted.Before(w.ends[0].at)) {
				w.end()
				continue
			}
			w.arrive(t)
			t, more = next()
		}
		w.look(now)
	}
	return w.outcome(w.state.Waiting()), nil
}

func (w *world) arrive(t Task) {
	w.sample(t.Submitted)
	m := w.member(t.User, t.Project)
	w.tasks = append(w.tasks, handed{t.Runs, m})
	id := int64(len(w.tasks))
	w.came(m, t.CPU)
	w.state.Wait(godocker.Queued{ID: id, User: t.User, Project: t.Project, Nice: t.Nice, CPU: t.CPU, RAM: t.RAM, GPUs: t.GPUs, Labels: t.Labels,
		Submitted: t.Submitted, Lifespan: t.Asks})
}

// look starts what may start.
func (w *world) look(now time.Time) {
	w.sample(now)
	terms := plan.Terms{Now: now, Policy: w.site.Policy, Starts: true}
	if w.shares != nil {
		terms.Shares = func(in *scheduler.Snapshot) { w.fill(in) }
	}
	if len(w.site.Limits) > 0 {
		terms.Limits = func(a plan.Account) godocker.Limits { return w.site.Limits[a] }
	}
	var begin []godocker.Queued
	for d := range w.state.Pass(terms) {
		q := *d.Task
		q.Executor, q.Node, q.State, q.Started = d.Executor, d.Node, godocker.Running, now
		begin = append(begin, q)
		if d.Past != nil {
			w.backfilled++
		}
	}
	for i := range begin {
		w.begin(&begin[i])
	}
	if w.site.After != nil {
		w.site.After(now, w.state)
	}
}

func (w *world) begin(q *godocker.Queued) {
	w.state.Hold(*q)
	h := &w.tasks[q.ID-1]
	if longest := cmp.Or(q.Lifespan, w.site.Placement.Longest); longest > 0 && h.runs > longest {
		h.runs = longest
		w.cut++
	}
	heap.Push(&w.ends, ending{q.Started.Add(h.runs), q.ID})
	w.began(h.member, q, h.runs)
	if w.shares != nil {
		w.shares.Began(*q)
		w.shares.Show(scheduler.Member{User: q.User, Project: q.Project}, q.Started)
	}
}

func (w *world) end() {
	e := heap.Pop(&w.ends).(ending)
	w.sample(e.at)
	q, _ := w.state.Release(e.id)
	w.ended(w.tasks[e.id-1].member, &q, e.at)
	if w.shares != nil {
		w.shares.Ended(q, e.at)
		w.books.add(&q, e.at)
	}
}

// fill tells the policy what was used. What begins and ends is counted at once; that time
// goes by for what runs, every minute.
func (w *world) fill(in *scheduler.Snapshot) {
	if w.read.IsZero() || in.Now.Sub(w.read) >= readEvery {
		w.shares.Read(w.books.lines(w.shares.Back(w.site.Window, in.Now)), w.site.Priorities, w.site.Window, in.Now)
		w.read, w.shown = in.Now, time.Time{}
	}
	if w.shown.IsZero() || in.Now.Sub(w.shown) >= countEvery {
		w.shares.Fill(in)
		w.shown = in.Now
	}
	w.shares.Tell(in)
}

// books are what was used, by day, person and project, as the store keeps them.
type books map[line]*godocker.Usage

type line struct {
	day time.Time
	scheduler.Member
}

func (b books) add(q *godocker.Queued, at time.Time) {
	if q.Nice > 0 {
		return
	}
	k := line{at.UTC().Truncate(24 * time.Hour), scheduler.Member{User: q.User, Project: q.Project}}
	if b[k] == nil {
		b[k] = &godocker.Usage{Day: k.day, User: k.User, Project: k.Project}
	}
	d := at.Sub(q.Started).Seconds()
	b[k].Add(godocker.Usage{Tasks: 1, CPU: d * q.CPU, RAM: d * q.RAM, GPU: d * float64(q.GPUs), Time: d})
}

// lines returns those that count, and forgets the others.
func (b books) lines(from time.Time) []godocker.Usage {
	out := make([]godocker.Usage, 0, len(b))
	for k, u := range b {
		if k.day.Before(from.Truncate(24 * time.Hour)) {
			delete(b, k)
			continue
		}
		out = append(out, *u)
	}
	slices.SortFunc(out, func(a, b godocker.Usage) int {
		return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(a.User, b.User), cmp.Compare(a.Project, b.Project))
	})
	return out
}

// ends are a heap of tasks that run, by when they are over.
type ends []ending

type ending struct {
	at time.Time
	id int64
}

// Len, Less, Swap, Push and Pop implement heap.Interface.
func (e ends) Len() int { return len(e) }

func (e ends) Less(i, j int) bool {
	return cmp.Or(e[i].at.Compare(e[j].at), cmp.Compare(e[i].id, e[j].id)) < 0
}

func (e ends) Swap(i, j int) { e[i], e[j] = e[j], e[i] }

func (e *ends) Push(x any) { *e = append(*e, x.(ending)) }

func (e *ends) Pop() any {
	last := (*e)[len(*e)-1]
	*e = (*e)[:len(*e)-1]
	return last
}
