package main

import (
	"strconv"

	"godocker/api"

	"github.com/spf13/cobra"
)

// addLimits adds the flags that bound what somebody's tasks hold at one time.
func addLimits(c *cobra.Command) {
	f := c.Flags()
	f.Int("max-running", 0, "tasks that run at one time, 0 = no limit")
	f.Float64("max-running-cpu", 0, "cpus that they hold, 0 = no limit")
	f.Float64("max-running-ram", 0, "GB that they hold, 0 = no limit")
	f.Int("max-running-gpus", 0, "gpus that they hold, 0 = no limit")
}

// limitsOf reads those that were given; any is whether there were some.
func limitsOf(c *cobra.Command) (l api.LimitsChange, any bool) {
	for name, to := range map[string]**api.Number{"max-running": &l.MaxRunning, "max-running-cpu": &l.MaxRunningCPU,
		"max-running-ram": &l.MaxRunningRAM, "max-running-gpus": &l.MaxRunningGPUs} {
		if f := c.Flags().Lookup(name); f.Changed {
			v, _ := strconv.ParseFloat(f.Value.String(), 64) // which the flag has done already
			n := api.Num(v)
			*to, any = &n, true
		}
	}
	return l, any
}
