package docker_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"godocker/executor"
	"godocker/executor/docker"
)

// BenchmarkTask starts tasks that do nothing, learns of their ends from the engine
// and removes them. Compare with `docker run --rm --network none IMAGE true`, eight
// at a time.
func BenchmarkTask(b *testing.B) {
	for _, network := range []bool{false, true} {
		b.Run(fmt.Sprintf("network=%v", network), func(b *testing.B) { benchmarkTask(b, network) })
	}
}

func benchmarkTask(b *testing.B, network bool) {
	e := engine(b, docker.Config{})
	ctx, cancel := context.WithCancel(b.Context())
	cluster := fmt.Sprintf("b%d", time.Now().UnixNano())
	ready := make(chan struct{})
	var over sync.WaitGroup
	removers := make(chan struct{}, 4)
	go func() {
		_ = e.(executor.Ender).Ends(ctx, cluster, func() { close(ready) }, func(h executor.Handle) {
			go func() {
				defer over.Done()
				removers <- struct{}{}
				defer func() { <-removers }()
				if err := e.Remove(ctx, h); err != nil {
					b.Error(err)
				}
			}()
		})
	}()
	<-ready
	began := time.Now()
	over.Add(b.N)
	for i := range b.N {
		go func() {
			a := shell("true")
			a.Cluster, a.Task, a.Attempt, a.Network = cluster, int64(i), 1, network
			if _, err := e.Start(ctx, a); err != nil {
				b.Error(err)
			}
		}()
	}
	over.Wait()
	b.ReportMetric(float64(b.N)/time.Since(began).Seconds(), "tasks/s")
	cancel()
}
