package sqlstore_test

import (
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"godocker"
	"godocker/store"
	"godocker/store/sqlstore"
)

// engines runs a benchmark on each engine, durably.
func engines(b *testing.B, f func(b *testing.B, s *sqlstore.Store)) {
	b.Run("sqlite", func(b *testing.B) { f(b, open(b, filepath.Join(b.TempDir(), "godocker.db"))) })
	b.Run("memory", func(b *testing.B) { f(b, open(b, "sqlite::memory:")) })
	b.Run("postgres", func(b *testing.B) { f(b, open(b, postgresURL(b))) })
}

// typical is a task as people submit it, about a kilobyte.
func typical() godocker.Task {
	return godocker.Task{
		User:         godocker.Owner{ID: "ann", UID: 1001, GID: 1002, Groups: []int{100, 200}, Email: "ann@example.org", Home: "/home/ann", Project: "default"},
		Meta:         godocker.Meta{Name: "alignment", Description: "reads of sample 17", Tags: []string{"rna"}},
		Requirements: godocker.Requirements{CPU: 2, RAM: 4, Labels: []string{"storage==ssd"}, MaxLifespan: time.Hour},
		Container: godocker.Container{Image: "biocontainers/bwa:0.7.17", Network: true, Volumes: []godocker.Volume{
			{Name: "home", ACL: godocker.ReadWrite, Path: "/home/ann"}, {Name: "db", ACL: godocker.ReadOnly, Path: "/db", Mount: "/db"}}},
		Command: godocker.Command{Script: "#!/bin/bash\n" + strings.Repeat("bwa mem -t 2 ref.fa reads.fq > out.sam\n", 8)},
	}
}

// BenchmarkSubmit8 stores single tasks from eight goroutines; each is on disk when
// its Submit returns.
func BenchmarkSubmit8(b *testing.B) {
	engines(b, func(b *testing.B, s *sqlstore.Store) {
		task := typical()
		var left atomic.Int64
		left.Store(int64(b.N))
		var all sync.WaitGroup
		b.ResetTimer()
		for range 8 {
			all.Go(func() {
				for left.Add(-1) >= 0 {
					if _, err := s.Submit(b.Context(), []godocker.Task{task}); err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		all.Wait()
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tasks/s")
	})
}

// BenchmarkLifecycle leads tasks from Submit to Released in batches of 250.
func BenchmarkLifecycle(b *testing.B) {
	engines(b, func(b *testing.B, s *sqlstore.Store) {
		lease, _, err := s.Acquire(b.Context(), "schedule", "a", time.Now(), time.Hour)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		b.ResetTimer()
		for n := b.N; n > 0; n -= 250 {
			live(b, s, lease, min(n, 250))
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tasks/s")
	})
}

// live leads n tasks through all rooms.
func live(b *testing.B, s *sqlstore.Store, lease godocker.Lease, n int) {
	ctx, now, code := b.Context(), time.Now(), 0
	ts := make([]godocker.Task, n)
	for i := range ts {
		ts[i] = typical()
	}
	ids, err := s.Submit(ctx, ts)
	check(b, n, len(ids), err)
	var cs []store.Claim
	for _, id := range ids {
		cs = append(cs, store.Claim{ID: id, Executor: "docker", Node: "node-17"})
	}
	moved, err := s.Claim(ctx, lease, now, cs)
	check(b, n, len(moved), err)
	var ks []store.AttemptKey
	var ss []store.Start
	var es []store.End
	var fs []store.Finish
	take := func(st godocker.State) {
		taken, err := s.Take(ctx, st, "a", now, now.Add(time.Minute), n)
		check(b, n, len(taken), err)
	}
	take(godocker.Starting)
	for _, id := range ids {
		k := store.AttemptKey{ID: id, Attempt: 1}
		ks = append(ks, k)
		ss = append(ss, store.Start{AttemptKey: k, Handle: "god-main-17-1", EngineID: "0123456789abcdef", IP: "172.17.0.2"})
		es = append(es, store.End{AttemptKey: k, ExitCode: &code, Ended: now})
		fs = append(fs, store.Finish{AttemptKey: k, Outcome: godocker.Succeeded, ExitCode: &code, Usage: godocker.Usage{Tasks: 1, CPU: 1}})
	}
	moved, err = s.Started(ctx, now, ss)
	check(b, n, len(moved), err)
	moved, err = s.Ended(ctx, now, es)
	check(b, n, len(moved), err)
	take(godocker.Ending)
	moved, err = s.Finish(ctx, now, fs)
	check(b, n, len(moved), err)
	check(b, 0, 0, s.Released(ctx, ks))
}

func check(b *testing.B, want, got int, err error) {
	b.Helper()
	if err != nil || got != want {
		b.Fatalf("%d tasks moved, want %d: %v", got, want, err)
	}
}
