package e2e

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"godocker"
	"godocker/store"
	"godocker/store/sqlstore"
)

// A person of the laboratory, and what they do all month.
type person struct {
	name, project, image string
	uid                  int
	tasks                []string
	share                float64 // of all tasks
	cpu                  []float64
	runs                 time.Duration // half of their tasks are shorter
}

const samtools, python, julia = "quay.io/biocontainers/samtools:1.21--h50ea8bc_0", "python:3.13", "julia:1.11"

var people = []person{
	{"ann", "genomics", samtools, 2001, []string{"Align reads", "Call variants", "Index genome"}, 0.35, []float64{2, 4, 8}, 40 * time.Minute},
	{"ben", "genomics", samtools, 2002, []string{"Count k-mers", "Assemble contigs"}, 0.25, []float64{4, 8}, 50 * time.Minute},
	{"cora", "genomics", python, 2003, []string{"Quality control", "Plot coverage"}, 0.15, []float64{1, 2}, 30 * time.Minute},
	{"dan", "genomics", python, 2004, []string{"Cluster samples"}, 0.1, []float64{2, 4}, 45 * time.Minute},
	{"eve", "climate", julia, 2005, []string{"Ocean model", "Downscale rain"}, 0.15, []float64{8, 16}, 2 * time.Hour},
}

// pace is how often somebody of the laboratory begins something.
const pace = 30 * time.Minute

// worked fills an empty database with what the laboratory did in the days before now.
// Chance is the same each time.
func worked(ctx context.Context, path string, now time.Time, days int) error {
	st, err := sqlstore.Open(ctx, path, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer st.Close()
	lease, _, err := st.Acquire(ctx, "schedule", "laboratory", now, time.Hour)
	if err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(1, 2))
	for at := now.Add(-time.Duration(days) * 24 * time.Hour); at.Before(now.Add(-8 * time.Hour)); at = at.Add(pace) {
		if err := session(ctx, st, lease, r, at); err != nil {
			return err
		}
	}
	return st.Release(ctx, lease)
}

// session is what one person submits at a time, more of it by day than by night, and
// what becomes of it.
func session(ctx context.Context, st *sqlstore.Store, lease godocker.Lease, r *rand.Rand, at time.Time) error {
	busy := 1 + 2*max(0, math.Sin(float64(at.Hour()-7)/12*math.Pi))
	if at.Weekday() == time.Sunday || at.Weekday() == time.Saturday {
		busy /= 2
	}
	p := chosen(r)
	ts := make([]godocker.Task, 1+r.IntN(int(math.Ceil(busy))))
	for i := range ts {
		cpu := p.cpu[r.IntN(len(p.cpu))]
		ts[i] = godocker.Task{Submitted: at.Add(time.Duration(i) * time.Second), Meta: godocker.Meta{Name: p.tasks[r.IntN(len(p.tasks))], Tags: []string{p.project}},
			User:         godocker.Owner{ID: p.name, UID: p.uid, GID: p.uid, Project: p.project},
			Requirements: godocker.Requirements{CPU: cpu, RAM: 2 * cpu}, Container: godocker.Container{Image: p.image}, Command: godocker.Command{Script: "#!/bin/bash\nset -eu\n"}}
	}
	ids, err := st.Submit(ctx, ts)
	if err != nil {
		return err
	}
	began := at.Add(time.Duration(busy * r.ExpFloat64() * float64(4*time.Minute)))
	var cs []store.Claim
	var ss []store.Start
	var es []store.End
	var ks []store.AttemptKey
	var fs []store.Finish
	for i, id := range ids {
		node := fmt.Sprintf("fake-%d", 1+r.IntN(6))
		k := store.AttemptKey{ID: id, Attempt: 1}
		took := min(time.Duration(math.Exp(0.8*r.NormFloat64())*float64(p.runs)), 7*time.Hour)
		e, f := fate(r, &ts[i], k, took)
		e.Ended = began.Add(took)
		cs, ss = append(cs, store.Claim{ID: id, Executor: "farm", Node: node}), append(ss, store.Start{AttemptKey: k, Handle: fmt.Sprint("god-", id), Node: node})
		f.Usage.Day = e.Ended.UTC().Truncate(24 * time.Hour)
		es, fs, ks = append(es, e), append(fs, f), append(ks, k)
	}
	if _, err := st.Claim(ctx, lease, began, cs); err != nil {
		return err
	}
	if _, err := st.Started(ctx, began, ss); err != nil {
		return err
	}
	if _, err := st.Ended(ctx, began, es); err != nil {
		return err
	}
	last := slices.MaxFunc(es, func(x, y store.End) int { return x.Ended.Compare(y.Ended) })
	if _, err := st.Finish(ctx, last.Ended, fs); err != nil {
		return err
	}
	return st.Released(ctx, ks)
}

func chosen(r *rand.Rand) person {
	at := r.Float64()
	for _, p := range people {
		if at -= p.share; at < 0 {
			return p
		}
	}
	return people[0]
}

// fate decides how a task ends: nearly always well.
func fate(r *rand.Rand, t *godocker.Task, k store.AttemptKey, took time.Duration) (store.End, store.Finish) {
	e := store.End{AttemptKey: k, ExitCode: new(int)}
	f := store.Finish{AttemptKey: k, Outcome: godocker.Succeeded, ExitCode: e.ExitCode}
	part := 0.3 + 0.6*r.Float64() // of the memory that it asked for
	switch n := r.IntN(100); {
	case n < 5:
		*e.ExitCode = 1 + r.IntN(2)
		f.Outcome = godocker.Failed
		f.Reason = fmt.Sprintf("The script ended with exit code %d", *e.ExitCode)
	case n < 7:
		part, *e.ExitCode = 1, godocker.KilledExitCode
		f.Outcome, f.Reason = godocker.OutOfMemory, fmt.Sprintf("It needed more than the %g GB of memory that it asked for", t.Requirements.RAM)
	case n < 9:
		*e.ExitCode = godocker.KilledExitCode
		f.Outcome, f.Reason = godocker.Killed, "Killed by "+t.User.ID
	}
	e.Outcome, e.Reason = f.Outcome, f.Reason
	seconds := took.Seconds()
	f.Measured = godocker.Measured{PeakRAM: int64(part * t.Requirements.RAM * (1 << 30)), CPUSeconds: seconds * t.Requirements.CPU * (0.4 + 0.5*r.Float64())}
	f.Usage = godocker.Usage{User: t.User.ID, Project: t.User.Project, Tasks: 1, CPU: seconds * t.Requirements.CPU, RAM: seconds * t.Requirements.RAM, Time: seconds}
	return e, f
}
