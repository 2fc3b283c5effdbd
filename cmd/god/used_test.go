package main

import (
	"testing"

	"godocker/api"
)

func TestUsed(t *testing.T) {
	for want, tt := range map[string]struct {
		cpu, ram, duration, suspended float64
		stats                         api.Stats
	}{
		"0.4 of 8 GB, 97 % of 2 cpus":           {2, 8, 100, 0, api.Stats{PeakRAM: 4 << 27 * 8 / 10, CPUSeconds: 194}},
		"7.6 of 8 GB, 50 % of 1 cpu":            {1, 8, 200, 100, api.Stats{PeakRAM: 76 << 30 / 10, CPUSeconds: 50}},
		"0.02 of 0.1 GB, 100 % of 0.5 cpus":     {0.5, 0.1, 2, 0, api.Stats{PeakRAM: 2 << 30 / 100, CPUSeconds: 1.2}},
		"an unknown part of 2 GB, 0 % of 1 cpu": {1, 2, 10, 0, api.Stats{WriteBytes: 1}},
		"128 of 256 GB":                         {1, 256, 0, 0, api.Stats{PeakRAM: 128 << 30}},
	} {
		var k api.Task
		k.Requirements.CPU, k.Requirements.RAM = api.Num(tt.cpu), api.Num(tt.ram)
		k.Status.Duration, k.Status.Suspended, k.Container.Stats = &tt.duration, tt.suspended, &tt.stats
		if got := used(k); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := used(api.Task{}); got != "" {
		t.Errorf("of what was not measured: %q", got)
	}
}
