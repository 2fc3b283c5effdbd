package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"time"

	"godocker/test/daemon"
)

// page measures, by the browser's own tracing, what the page takes to be there: how much
// comes before anything is seen, and how soon that is, in a fresh browser and again.
func (b *bench) page() error {
	return b.with("page", daemon.Options{}, func(s *daemon.Server) error {
		node := exec.CommandContext(b.ctx, "node", "test/perf/page.mjs")
		node.Env = append(os.Environ(), "GODOCKER_SERVER=http://"+s.Address, "GODOCKER_USER="+s.User, "GODOCKER_APIKEY="+s.Key)
		node.Stderr = os.Stderr
		out, err := node.Output()
		if err != nil {
			return fmt.Errorf("page.mjs: %w", err)
		}
		var got struct {
			Shell, Fonts, Files int
			First, Again, List  []float64 // ms
		}
		if err := json.Unmarshal(out, &got); err != nil {
			return fmt.Errorf("page.mjs: %w: %s", err, out)
		}
		b.table.add("shell of the page, compressed", fmt.Sprintf("%d kB", got.Shell/1000), "< 250 kB", "%d files; a font of %d kB beside", got.Files, got.Fonts/1000)
		median := func(all []float64) time.Duration {
			var ts []time.Duration
			for _, t := range all {
				ts = append(ts, time.Duration(t*float64(time.Millisecond)))
			}
			return quantile(ts, 0.5)
		}
		b.table.add("first paint of the page", ms(median(got.First)), "< 1000 ms", "in a fresh browser; %s when it was there before; the list of tasks after %s", ms(median(got.Again)), ms(median(got.List)))
		return nil
	})
}
