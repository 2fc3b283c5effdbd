package schedule

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"godocker"
	"godocker/internal/plan"
)

// maxAnswers are given in one pass, so that who asks much does not keep tasks waiting.
const maxAnswers = 20

// answer answers what was asked, by the same function that decides what starts.
func (r *Room) answer(ctx context.Context, now time.Time) (more bool, err error) {
	if !r.book.asked {
		return false, nil
	}
	qs, err := r.Store.Questions(ctx)
	if err != nil {
		return false, err
	}
	if more = len(qs) > maxAnswers; more {
		qs = qs[:maxAnswers]
	}
	if r.book.asked = more; len(qs) == 0 {
		return false, nil
	}
	t, err := r.terms(ctx, now)
	if err != nil {
		return false, err
	}
	var plain []int64
	for _, q := range qs {
		if q.If == nil && q.Task != 0 && r.state.Waits(q.Task) != nil {
			plain = append(plain, q.Task)
		}
	}
	if len(plain) > 0 {
		t.known = r.state.Explain(t.Terms, plain...)
	}
	for _, q := range qs {
		a, err := r.about(ctx, t, q)
		if err == nil {
			err = t.err
		}
		if err != nil {
			return false, err
		}
		a.At, a.Waiting = now, r.state.Waiting()+len(r.book.needs.tasks)
		if t.ahead == nil {
			if err := r.Store.Answer(ctx, now, q.ID, a); err != nil {
				return false, err
			}
			continue
		}
		id := t.id
		r.reckon(ctx, t.ahead, id, a, func(a godocker.Answer) {
			if q.If == nil && id == q.Task {
				r.keep(ctx, now, id, a)
			}
			if err := r.Store.Answer(ctx, now, q.ID, a); err != nil && ctx.Err() == nil {
				r.Log.Warn("an answer is lost", "error", err)
			}
		})
	}
	return more, nil
}

// foresee prepares an estimate about a task that the answer just given is about, as the
// state has it now; supposed, if not nil, is what the state has of it for the question.
func (r *Room) foresee(ctx context.Context, t *terms, id int64, a godocker.Answer, supposed *godocker.Asks) (godocker.Answer, error) {
	if a.Starts {
		a.Earliest, a.Latest = t.Now, t.Now
		return a, nil
	}
	if r.Forecast == nil || !foreseen(a.Code) {
		return a, nil
	}
	t.id = id
	if t.ahead = t.as; supposed == nil && t.as != nil {
		return a, nil
	}
	var err error
	if t.ahead, err = r.outlook(ctx, t); supposed == nil {
		t.as = t.ahead
	}
	return a, err
}

// about answers one question.
func (r *Room) about(ctx context.Context, t *terms, q godocker.Question) (godocker.Answer, error) {
	t.ahead = nil
	if text := r.paused(ctx); text != "" && (q.Task != 0 || q.If != nil) {
		return godocker.Answer{Code: "maintenance", Reason: text}, nil
	}
	switch {
	case q.Task == 0 && q.If == nil:
		return r.order(ctx, t, q.Most)
	case q.Task == 0:
		const nobody = math.MaxInt64 // comes after all others
		r.state.Wait(asked(godocker.Queued{ID: nobody, Submitted: t.Now}, q.If))
		defer r.state.Drop(nobody)
		return r.foresee(ctx, t, nobody, r.explained(t, nobody), q.If)
	}
	w := r.state.Waits(q.Task)
	if w == nil {
		return r.elsewhere(ctx, t, q)
	}
	if at := r.state.NotBefore(q.Task); !at.IsZero() {
		return godocker.Answer{Code: "later", Reason: "Waiting until " + at.Format(time.DateTime) + ", when it is tried again", Earliest: at}, nil
	}
	if q.If == nil {
		return r.foresee(ctx, t, q.Task, said(t.known[q.Task]), nil)
	}
	return r.supposed(ctx, t, *w, q.If)
}

// supposed answers about a task that waits as if it asked for something else; nil = as it
// does.
func (r *Room) supposed(ctx context.Context, t *terms, was godocker.Queued, a *godocker.Asks) (godocker.Answer, error) {
	if a != nil {
		r.state.Wait(asked(was, a))
		defer r.state.Wait(was)
	}
	return r.foresee(ctx, t, was.ID, r.explained(t, was.ID), a)
}

func asked(q godocker.Queued, a *godocker.Asks) godocker.Queued {
	q.User, q.Project, q.CPU, q.RAM, q.GPUs, q.Labels = a.User, a.Project, a.CPU, a.RAM, a.GPUs, a.Labels
	q.Executor, q.Lifespan, q.Nice = a.Executor, a.Lifespan, a.Nice
	return q
}

func (r *Room) explained(t *terms, id int64) godocker.Answer {
	return said(r.state.Explain(t.Terms, id)[id])
}

func said(x plan.Explanation) godocker.Answer {
	a := godocker.Answer{Ahead: x.Ahead, Facts: x.Facts, Starts: x.Why == nil}
	if x.Why != nil {
		a.Code, a.Reason = string(x.Why.Code), x.Why.String()
	}
	return a
}

// elsewhere answers about a task that has no turn, as something else comes first.
func (r *Room) elsewhere(ctx context.Context, t *terms, q godocker.Question) (godocker.Answer, error) {
	if r.book.killed[q.Task] {
		return godocker.Answer{Code: "killed", Reason: "It was killed, and is about to be over"}, nil
	}
	if w, waits := r.book.needs.tasks[q.Task]; waits {
		fates, err := r.Store.Fates(ctx, targets(w))
		_, why := judge(w, fates)
		return godocker.Answer{Code: "dependency", Reason: why}, err
	}
	qs, err := r.Store.Queue(ctx, []godocker.State{godocker.Pending}, []int64{q.Task}, 0, 0)
	if err != nil {
		return godocker.Answer{}, err
	}
	if a := r.book.arrays[q.Task]; a != nil {
		return r.ofArray(ctx, t, a, q.If)
	}
	switch {
	case len(qs) == 0:
		return godocker.Answer{Code: "gone", Reason: "It does not wait any more"}, nil
	case qs[0].Suspended:
		return godocker.Answer{Code: "suspended", Reason: heldBack(qs[0].Disabled)}, nil
	case r.book.arrays[qs[0].ParentID] != nil:
		return r.farBack(ctx, t, qs[0], q.If)
	default:
		return godocker.Answer{Code: "new", Reason: "The scheduler is about to look at it"}, nil
	}
}

// farBack answers about an element of an array so large that its turn is not thought of.
func (r *Room) farBack(ctx context.Context, t *terms, q godocker.Queued, supposed *godocker.Asks) (godocker.Answer, error) {
	if supposed != nil {
		r.state.Wait(asked(q, supposed))
		defer r.state.Drop(q.ID)
		return r.foresee(ctx, t, q.ID, r.explained(t, q.ID), supposed)
	}
	a := godocker.Answer{Code: string(plan.Array), Reason: "Waiting: elements of the same array come before it"}
	next, err := r.Store.Elements(ctx, q.ParentID, 0, 1)
	if len(next) > 0 {
		a.Facts = []string{nextElement(next[0]) + "; why that waits tells more"}
	}
	return a, err
}

func nextElement(q godocker.Queued) string {
	return fmt.Sprintf("Its next element is the one of value %d, task %d", q.Element, q.ID)
}

// ofArray answers about the next element of an array.
func (r *Room) ofArray(ctx context.Context, t *terms, a *array, supposed *godocker.Asks) (godocker.Answer, error) {
	if a.Suspended {
		return godocker.Answer{Code: "suspended", Reason: heldBack(a.Disabled)}, nil
	}
	next, err := r.Store.Elements(ctx, a.ID, 0, 1)
	if err != nil || len(next) == 0 {
		return godocker.Answer{Code: "started", Reason: "All its elements have started"}, err
	}
	w := r.state.Waits(next[0].ID)
	if w == nil {
		if n := a.Range.Parallel; n > 0 && r.state.HeldOf(a.ID) >= n {
			return godocker.Answer{Code: string(plan.Array), Reason: fmt.Sprintf("It runs %d elements at once, as it was asked to", n)}, nil
		}
		return r.elsewhere(ctx, t, godocker.Question{Task: next[0].ID})
	}
	ans, err := r.supposed(ctx, t, *w, supposed)
	ans.Facts = append([]string{nextElement(next[0])}, ans.Facts...)
	return ans, err
}

// order tells whose turns come first, and who has none yet.
func (r *Room) order(ctx context.Context, t *terms, most int) (a godocker.Answer, err error) {
	for d := range r.state.Pass(t.Terms) {
		if len(a.Queue) == most {
			break
		}
		p := godocker.Place{ID: d.Task.ID}
		if d.Why != nil {
			p.Code, p.Reason = string(d.Why.Code), d.Why.String()
		}
		a.Queue = append(a.Queue, p)
	}
	held, err := r.held(ctx, most-len(a.Queue))
	a.Queue = append(a.Queue, held...)
	return a, err
}

// held tells of what waits and has no turn yet: elements that their array holds back, or
// that are far back in it, tasks that wait for others, and after them those that are suspended.
func (r *Room) held(ctx context.Context, most int) (out []godocker.Place, err error) {
	if most <= 0 {
		return nil, nil
	}
	arrays, err := r.Store.Arrays(ctx, nil)
	if err != nil {
		return nil, err
	}
	apart := map[int64]int{} // elements that are suspended by themselves
	for _, q := range r.book.idle {
		apart[q.ParentID]++
	}
	for _, a := range arrays {
		n := a.Waiting - r.book.inside[a.ID] - r.book.needs.waitingOf(a.ID) - apart[a.ID]
		if a.Kill || a.Suspended || n <= 0 {
			continue
		}
		why := "its other elements come before them"
		if p := a.Range.Parallel; p > 0 {
			why = fmt.Sprintf("it runs %d at once, as it was asked to", p)
		}
		out = append(out, godocker.Place{ID: a.ID, Code: string(plan.Array), Reason: fmt.Sprintf("%s wait: %s", elements(n), why), Held: true})
	}
	var waiting []godocker.Queued
	for _, q := range r.book.needs.tasks {
		waiting = append(waiting, q)
	}
	slices.SortFunc(waiting, func(a, b godocker.Queued) int { return cmp.Compare(a.ID, b.ID) })
	waiting = waiting[:min(len(waiting), max(0, most-len(out)))]
	var ids []int64
	for _, q := range waiting {
		ids = append(ids, targets(q)...)
	}
	fates, err := r.Store.Fates(ctx, ids)
	for _, q := range waiting {
		_, why := judge(q, fates)
		out = append(out, godocker.Place{ID: q.ID, Code: "dependency", Reason: why, Held: true})
	}
	for _, id := range slices.Sorted(maps.Keys(r.book.idle)) {
		out = append(out, godocker.Place{ID: id, Code: "suspended", Reason: heldBack(r.book.idle[id].Disabled), Held: true})
	}
	return out[:min(len(out), most)], err
}

func elements(n int) string {
	if n == 1 {
		return "1 element"
	}
	return fmt.Sprintf("%d elements", n)
}
