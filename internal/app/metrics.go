package app

import (
	"context"
	"time"

	"godocker"
	"godocker/store"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// metrics makes the registry of this process.
func (a *App) metrics() *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		&taskCollector{store: a.Store, desc: prometheus.NewDesc("god_tasks", "Tasks in each state.", []string{"state"}, nil)},
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "god_events_total", Help: "Sequence number of the newest event."},
			func() float64 { return float64(a.Hub.Last()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "god_ssh_sessions", Help: "Connections through this process's ssh gateway to tasks."},
			func() float64 { return float64(a.gateway.Open()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "god_ssh_sessions_total", Help: "Connections through this process's ssh gateway to tasks, since its start."},
			func() float64 { return float64(a.gateway.Total()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "god_idle_frozen_total", Help: "Idle tasks that this process froze, since its start."},
			func() float64 { return float64(a.idle.Frozen.Load()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "god_idle_thawed_total", Help: "Idle tasks that this process thawed as somebody connected, since its start."},
			func() float64 { return float64(a.idle.Thawed.Load()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "god_idle_ended_total", Help: "Idle tasks that this process ended, since its start."},
			func() float64 { return float64(a.idle.Ended.Load()) }),
	)
	return r
}

// taskCollector counts tasks when somebody asks.
type taskCollector struct {
	store store.Tasks
	desc  *prometheus.Desc
}

// Describe implements prometheus.Collector.
func (c *taskCollector) Describe(ch chan<- *prometheus.Desc) { ch <- c.desc }

// Collect implements prometheus.Collector.
func (c *taskCollector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	counts, err := c.store.Count(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(c.desc, err)
		return
	}
	for _, state := range godocker.States {
		ch <- prometheus.MustNewConstMetric(c.desc, prometheus.GaugeValue, float64(counts[state]), string(state))
	}
}
