package httpapi

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"godocker"
	"godocker/api"
	"godocker/store"
)

type statisticsInput struct {
	From    int64  `query:"from" doc:"seconds since 1970; 0 = a week ago"`
	To      int64  `query:"to" doc:"seconds since 1970; 0 = now"`
	Step    int    `query:"step" minimum:"0" doc:"hours from one moment to the next; 0 = as fits"`
	Zone    int    `query:"zone" doc:"minutes that the reader's clock is ahead of UTC: days begin there"`
	User    string `query:"user"`
	Project string `query:"project"`
	Image   string `query:"image"`
	Tag     string `query:"tag"`
}

const (
	mostMoments = 800
	mostSpan    = 10 * 366 * 24 * time.Hour
	mostReasons = 20
	mostImages  = 50
)

// statistics tells people of their own tasks and their projects', and administrators
// of all. The names of others in a project are told only where tasks are shared.
func (s *Server) statistics(ctx context.Context, in *statisticsInput) (*body[api.Statistics], error) {
	now := time.Now()
	q, err := s.tallyQuery(ctx, in, now)
	if err != nil {
		return nil, err
	}
	out := api.Statistics{From: api.Epoch{Time: q.From}, To: api.Epoch{Time: q.Until}, Step: int(q.Step / time.Second), Site: callerOf(ctx).Admin(),
		Parts: []api.Part{}, Images: []api.Part{}, Outcomes: []api.Outcome{}, Reasons: []api.Outcome{}, Waits: []api.Wait{}, Holders: []api.Holder{}}
	if out.Waiting, out.Running, err = s.Store.Levels(ctx, q); err != nil {
		return nil, err
	}
	if err := s.moments(ctx, q, now, &out); err != nil {
		return nil, err
	}
	if err := s.parts(ctx, q, &out); err != nil {
		return nil, err
	}
	rs, err := s.Store.Reasons(ctx, q, mostReasons)
	if err != nil {
		return nil, err
	}
	for _, r := range rs {
		out.Reasons = append(out.Reasons, api.Outcome{Outcome: string(r.Outcome), Reason: r.Reason, Tasks: r.Tasks})
	}
	out.Holders, err = s.holders(ctx, q)
	return answer(out), err
}

func (s *Server) tallyQuery(ctx context.Context, in *statisticsInput, now time.Time) (store.TallyQuery, error) {
	q := store.TallyQuery{User: in.User, Project: in.Project, Image: in.Image, Tag: in.Tag, Until: now, Step: time.Duration(in.Step) * time.Hour}
	if in.To > 0 {
		q.Until = time.Unix(in.To, 0)
	}
	q.From = q.Until.Add(-7 * 24 * time.Hour)
	if in.From > 0 {
		q.From = time.Unix(in.From, 0)
	}
	q.From, q.Until = q.From.UTC().Truncate(time.Hour), q.Until.UTC().Add(time.Hour-1).Truncate(time.Hour)
	span := q.Until.Sub(q.From)
	if span <= 0 || span > mostSpan {
		return q, godocker.FieldErrors([]godocker.FieldError{{Field: "from", Message: "want a time before to, and at most ten years"}})
	}
	if q.Step <= 0 {
		q.Step = stepFor(span)
	}
	q.Zone = (time.Duration(min(max(in.Zone, -24*60), 24*60)) * time.Minute).Truncate(time.Hour)
	if span/q.Step > mostMoments {
		return q, godocker.FieldErrors([]godocker.FieldError{{Field: "step", Message: "want hours so that there are at most 800 moments"}})
	}
	c := callerOf(ctx)
	if c.Admin() {
		return q, nil
	}
	if q.User != "" && q.User != c.User.ID {
		return q, godocker.Errorf(godocker.Denied, "only administrators see what others used")
	}
	ps, err := s.Store.ListProjects(ctx, c.User.ID)
	if q.User == "" {
		for _, p := range ps {
			if p.ID != godocker.DefaultProject {
				q.Shared = append(q.Shared, p.ID)
			}
		}
	}
	q.User = c.User.ID
	return q, err
}

// stepFor is as long as makes a curve that can be read.
func stepFor(span time.Duration) time.Duration {
	for _, step := range []time.Duration{time.Hour, 3 * time.Hour, 6 * time.Hour, 24 * time.Hour} {
		if span/step <= 200 {
			return step
		}
	}
	return max(24*time.Hour, (span / 200).Round(24*time.Hour))
}

// moments counts back from what waits and runs now. Tasks that began again make it
// inexact, by as many.
func (s *Server) moments(ctx context.Context, q store.TallyQuery, now time.Time, out *api.Statistics) error {
	since := q
	since.Step, since.From, since.Until = 0, q.Until, now.Add(time.Hour)
	waiting, running := out.Waiting, out.Running
	if since.From.Before(since.Until) {
		later, err := s.Store.Tallies(ctx, since)
		if err != nil {
			return err
		}
		for i := range later {
			back(&later[i], &waiting, &running)
		}
	}
	ts, err := s.Store.Tallies(ctx, q)
	if err != nil {
		return err
	}
	by := map[int64][]store.Tally{}
	for t := q.From.Add(-((time.Duration(q.From.Unix())*time.Second + q.Zone) % q.Step)); t.Before(q.Until) && !t.After(now); t = t.Add(q.Step) {
		by[t.Unix()] = nil
	}
	for _, t := range ts {
		by[t.Begin.Unix()] = append(by[t.Begin.Unix()], t)
	}
	out.Moments = []api.Moment{}
	for _, begin := range slices.Backward(slices.Sorted(maps.Keys(by))) {
		m := api.Moment{Date: api.Epoch{Time: time.Unix(begin, 0)}, Waiting: max(waiting, 0), Running: max(running, 0)}
		for _, t := range by[begin] {
			m.Submitted, m.Started, m.Ended = m.Submitted+t.Submitted, m.Started+t.Started, m.Ended+t.Ended
			if t.Outcome != godocker.Succeeded {
				m.Failed += t.Ended
			}
			m.CPU, m.Wait = m.CPU+t.CPU/3600, m.Wait+t.Waited
			back(&t, &waiting, &running)
		}
		if m.Started > 0 {
			m.Wait /= float64(m.Started)
		}
		out.Moments = append(out.Moments, m)
	}
	slices.Reverse(out.Moments)
	return nil
}

// back takes back from what waits and runs what happened.
func back(t *store.Tally, waiting, running *int) {
	*waiting -= t.Submitted - t.Started - t.Unstarted
	*running -= t.Started - (t.Ended - t.Unstarted)
}

// parts tells users, projects, images and outcomes apart.
func (s *Server) parts(ctx context.Context, q store.TallyQuery, out *api.Statistics) error {
	c := callerOf(ctx)
	hide := func(user string) string {
		if user != c.User.ID && !c.Admin() && !s.ShareProjects {
			return ""
		}
		return user
	}
	q.Step, q.Owners = 0, true
	ts, err := s.Store.Tallies(ctx, q)
	if err != nil {
		return err
	}
	sums := sums{}
	outcomes, waits := map[godocker.Outcome]int{}, [len(store.WaitBounds) + 1]int{}
	for i := range ts {
		t := &ts[i]
		sums.add(api.Part{User: hide(t.User), Project: t.Project}, t)
		if t.Ended > 0 {
			outcomes[t.Outcome] += t.Ended
		}
		for i, n := range t.Waits {
			waits[i] += n
		}
	}
	out.Parts = sums.list()
	for _, o := range slices.Sorted(maps.Keys(outcomes)) {
		out.Outcomes = append(out.Outcomes, api.Outcome{Outcome: string(o), Tasks: outcomes[o]})
	}
	for i, n := range waits {
		w := api.Wait{Tasks: n}
		if i < len(store.WaitBounds) {
			w.Below = int(store.WaitBounds[i] / time.Second)
		}
		out.Waits = append(out.Waits, w)
	}
	q.Owners, q.Images = false, true
	if ts, err = s.Store.Tallies(ctx, q); err != nil {
		return err
	}
	clear(sums)
	for i := range ts {
		sums.add(api.Part{Image: ts[i].Image}, &ts[i])
	}
	out.Images = sums.list()
	out.Images = out.Images[:min(len(out.Images), mostImages)]
	return nil
}

type sum struct {
	api.Part
	started int
	waited  float64
}

// sums are by what tells them apart, as a part has it.
type sums map[api.Part]*sum

func (all sums) add(of api.Part, t *store.Tally) {
	p := all[of]
	if p == nil {
		p = &sum{Part: of}
		all[of] = p
	}
	p.Tasks += t.Ended
	if t.Outcome != godocker.Succeeded {
		p.Failed += t.Ended
	}
	p.Hours, p.CPU, p.RAM, p.GPU = p.Hours+t.Time/3600, p.CPU+t.CPU/3600, p.RAM+t.RAM/3600, p.GPU+t.GPU/3600
	p.CPUKnown, p.CPUUsed = p.CPUKnown+t.CPUKnown/3600, p.CPUUsed+t.CPUUsed/3600
	p.RAMKnown, p.RAMUsed = p.RAMKnown+t.RAMKnown/3600, p.RAMUsed+t.RAMUsed/3600
	p.started, p.waited = p.started+t.Started, p.waited+t.Waited
}

// list has those first that used most.
func (all sums) list() []api.Part {
	out := []api.Part{}
	for _, p := range all {
		if p.started > 0 {
			p.Wait = p.waited / float64(p.started)
		}
		out = append(out, p.Part)
	}
	slices.SortFunc(out, func(a, b api.Part) int {
		return cmp.Or(cmp.Compare(b.CPU, a.CPU), cmp.Compare(b.Tasks, a.Tasks), cmp.Compare(a.User, b.User), cmp.Compare(a.Project, b.Project), cmp.Compare(a.Image, b.Image))
	})
	return out
}

// holders adds up what is held now, by those whose tasks the caller may see.
func (s *Server) holders(ctx context.Context, q store.TallyQuery) ([]api.Holder, error) {
	held, err := s.Store.Queue(ctx, []godocker.State{godocker.Starting, godocker.Running}, nil, 0, 0)
	if err != nil {
		return nil, err
	}
	c := callerOf(ctx)
	by := map[[2]string]*api.Holder{}
	for _, k := range held {
		mine := q.User == "" || k.User == q.User || slices.Contains(q.Shared, k.Project)
		if !mine || q.Project != "" && k.Project != q.Project {
			continue
		}
		user := k.User
		if user != c.User.ID && !c.Admin() && !s.ShareProjects {
			user = ""
		}
		h := by[[2]string{user, k.Project}]
		if h == nil {
			h = &api.Holder{User: user, Project: k.Project}
			by[[2]string{user, k.Project}] = h
		}
		h.Tasks, h.CPU, h.RAM, h.GPUs = h.Tasks+1, h.CPU+k.CPU, h.RAM+k.RAM, h.GPUs+k.GPUs
	}
	out := []api.Holder{}
	for _, h := range by {
		out = append(out, *h)
	}
	slices.SortFunc(out, func(a, b api.Holder) int {
		return cmp.Or(cmp.Compare(b.CPU, a.CPU), cmp.Compare(a.User, b.User), cmp.Compare(a.Project, b.Project))
	})
	return out, nil
}
