package app

import (
	"context"
	"os"
	"time"

	"godocker"
	"godocker/internal/loop"
	"godocker/internal/site"
)

// beat tells others that this process is at work until ctx is done, and then that it
// left.
func (a *App) beat(ctx context.Context, roles []Role) {
	host, _ := os.Hostname()
	p := godocker.Process{Name: a.name, Host: host, PID: os.Getpid(), Version: Version, Started: time.Now()}
	for _, r := range roles {
		p.Roles = append(p.Roles, string(r))
	}
	loop.Loop{Name: "heartbeat", Tick: site.BeatEvery, Log: a.log}.Run(ctx, func(ctx context.Context) (bool, error) {
		p.Seen = time.Now()
		return false, a.Store.Beat(ctx, p)
	})
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := a.Store.Leave(ctx, p.Name); err != nil {
		a.log.Warn("the process could not sign off", "error", err)
	}
}
