package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"time"

	"godocker/test/daemon"
)

// changes are how many tasks a second change while the page is looked at.
const changes = 100

// seen is what test/perf/frames.mjs measures in a browser.
type seen struct {
	Frames float64 // a second
	Worst  float64 // ms between two frames
	Rows   int     // of the list that are drawn at once
	Tasks  int     // that were scrolled past
}

// frames measures the list in a browser: while tasks live on the fake executor, and over a
// long list of which tasks change while somebody scrolls.
func (b *bench) frames() error {
	err := b.with("frames", daemon.Options{Config: manyNodes}, func(s *daemon.Server) error {
		stop := b.every(time.Second/changes*4, func() error {
			_, err := b.submitAll(s, 1, 1, document("#FAKE run=2s\n")) // four changes of each: handed in, starting, running, over
			return err
		})
		v, err := b.look(s, "rest")
		if err = errors.Join(err, stop()); err != nil {
			return err
		}
		b.table.add("frames of the list, tasks that live", fmt.Sprintf("%.0f/s", v.Frames), "> 50/s", "%d changes a second; the longest frame %.0f ms", changes, v.Worst)
		return nil
	})
	if err != nil {
		return err
	}
	return b.with("frameslong", daemon.Options{Config: manyNodes}, func(s *daemon.Server) error {
		token, err := b.token(s)
		if err != nil {
			return err
		}
		if err := b.told(s, token, "PUT", "/maintenance", `{"on":true,"reason":"measured"}`); err != nil { // so that they stay
			return err
		}
		if err := b.fill(s.DatabasePath(), func(int) string { return s.User }, b.list); err != nil {
			return err
		}
		n := 0
		stop := b.every(time.Second/10, func() error {
			doc := map[string]any{"do": "tag", "tag": fmt.Sprint("t", n/20), "tasks": ids(b.list-changes*(n%20)/10, changes/10)}
			n++
			text, err := json.Marshal(doc)
			if err != nil {
				return err
			}
			return b.told(s, token, "POST", "/task/act", string(text))
		})
		v, err := b.look(s, "scroll")
		if err = errors.Join(err, stop()); err != nil {
			return err
		}
		b.table.add("frames of a long list, scrolled", fmt.Sprintf("%.0f/s", v.Frames), "> 50/s", "%d tasks, %d scrolled past, %d rows drawn at once, %d changes a second; the longest frame %.0f ms",
			b.list, v.Tasks, v.Rows, changes, v.Worst)
		return nil
	})
}

// ids are the n ids up to one.
func ids(last, n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = last - i
	}
	return out
}

// every does something again and again until it is stopped, which tells of the first error.
func (b *bench) every(pause time.Duration, do func() error) (stop func() error) {
	done, failed := make(chan struct{}), make(chan error, 1)
	go func() {
		tick := time.NewTicker(pause)
		defer tick.Stop()
		for {
			select {
			case <-done:
				failed <- nil
				return
			case <-tick.C:
				if err := do(); err != nil {
					failed <- err
					return
				}
			}
		}
	}()
	return func() error {
		close(done)
		return <-failed
	}
}

// told makes a request that has to succeed.
func (b *bench) told(s *daemon.Server, token, method, path, body string) error {
	return once(http.DefaultClient, "http://"+s.Address+"/api/1.0"+path, method, token, []byte(body))
}

// look opens the page in a browser and measures it there.
func (b *bench) look(s *daemon.Server, how string) (v seen, err error) {
	c := exec.CommandContext(b.ctx, "node", "test/perf/frames.mjs", how)
	c.Env = append(os.Environ(), "GODOCKER_SERVER=http://"+s.Address, "GODOCKER_USER="+s.User, "GODOCKER_APIKEY="+s.Key)
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return v, err
	}
	return v, json.Unmarshal(out, &v)
}
