package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"godocker/internal/archive"
	"godocker/internal/dispatch"
	"godocker/internal/finish"
	"godocker/internal/lease"
	"godocker/internal/notify"
	"godocker/internal/plan"
	"godocker/internal/schedule"
	"godocker/internal/simulate"
	"godocker/internal/watch"
)

// leaseTime is how long a leader that died is waited for, unless master_timeout is
// shorter.
const leaseTime = 15 * time.Second

// sweepEvery is how often everything that runs is inspected although nothing told
// that it ended.
const sweepEvery = 30 * time.Second

// Run runs the roles until ctx is done, and then stops them in order. Tasks that
// run go on. ready, if not nil, is called once the roles are at work.
func (a *App) Run(ctx context.Context, roles []Role, ready func()) error {
	if a.Config.SSH.Listen == "" {
		roles = slices.DeleteFunc(slices.Clone(roles), func(r Role) bool { return r == SSH })
	}
	at := [3]string{}
	if slices.Contains(roles, Web) {
		at[0], at[1] = a.Config.Listen, string(a.Config.WebPort.Listen)
	}
	if slices.Contains(roles, SSH) {
		at[2] = string(a.Config.SSH.Listen)
	}
	var open [3]net.Listener
	for i, key := range []string{"listen", "web_port.listen", "ssh.listen"} {
		if at[i] == "" {
			continue
		}
		var err error
		if open[i], err = net.Listen("tcp", at[i]); err != nil {
			for _, l := range open[:i] {
				if l != nil {
					_ = l.Close()
				}
			}
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	listener, web, ssh := open[0], open[1], open[2]
	var wg sync.WaitGroup
	wg.Go(func() { a.Hub.Run(ctx) })
	for _, room := range a.rooms(roles) {
		wg.Go(func() { room.Run(ctx) })
	}
	wg.Go(func() { a.beat(ctx, roles) })
	var failure, webFailure, sshFailure error
	if ssh != nil {
		wg.Go(func() { sshFailure = a.gateway.Serve(ctx, ssh) })
	}
	if listener != nil {
		a.reloading.Lock()
		a.server = a.door()
		a.reloading.Unlock()
		wg.Go(func() { failure = a.serve(ctx, listener) })
	}
	if web != nil {
		door := a.webDoor()
		wg.Go(func() { webFailure = door.Serve(ctx, web) })
	}
	a.log.Info("at work", "roles", roles, "listen", a.Config.Listen, "ssh", a.Config.SSH.Listen, "web_port", a.Config.WebPort.Listen, "process", a.name)
	wg.Go(func() { a.warnOfStrays(ctx, slices.Collect(maps.Keys(a.executors))) })
	if ready != nil {
		ready()
	}
	wg.Wait()
	a.log.Info("stopped")
	return errors.Join(failure, webFailure, sshFailure)
}

type room interface{ Run(ctx context.Context) }

func (a *App) rooms(roles []Role) []room {
	var rooms []room
	for _, role := range roles {
		switch role {
		case Scheduler:
			rooms = append(rooms, a.scheduleRoom(), &dispatch.Room{Store: a.Store, Hub: a.Hub, Executors: a.executors, Dirs: a.dirs,
				Runner: a.runner, Cluster: a.Config.Cluster, Holder: a.name, Log: a.log,
				CheckVolumes: a.Config.VolumesCheck, Ports: dispatch.Ports{Allocate: a.Config.PortAllocate, Start: a.Config.PortStart, Range: a.Config.PortRange},
				HostKeys: a.hostKeys, MaxLifespan: time.Duration(a.Config.MaxLifespan), Grace: time.Duration(a.Config.KillGrace),
				Listed: a.listed, Seal: a.seal, Uploads: filepath.Join(a.Config.SharedDir, "ftp"),
				Fetches: dispatch.Fetches{Fetcher: a.fetcher, Most: int64(a.Config.URIs.MaxSize), Limit: time.Duration(a.Config.URIs.Timeout)}})
		case Watcher:
			rooms = append(rooms,
				&watch.Room{Store: a.Store, Hub: a.Hub, Executors: a.executors, Dirs: a.dirs, Cluster: a.Config.Cluster,
					Grace: time.Duration(a.Config.KillGrace), Sweep: sweepEvery, Watchers: a.watchers, Idle: &a.idle, Log: a.log},
				&finish.Room{Store: a.Store, Hub: a.Hub, Executors: a.executors, Dirs: a.dirs,
					Cluster: a.Config.Cluster, Holder: a.name, Log: a.log})
			if a.Config.SMTPHost != "" {
				rooms = append(rooms, a.notifyRoom())
			}
		case Archiver:
			rooms = append(rooms, &archive.Room{Store: a.Store, Hub: a.Hub, Dirs: a.dirs,
				Keep: time.Duration(a.Config.CleanOld) * 24 * time.Hour, Log: a.log})
		}
	}
	return rooms
}

func (a *App) notifyRoom() room {
	c := a.Config
	return &notify.Room{Store: a.Store, Hub: a.Hub, Cluster: c.Cluster, Log: a.log,
		Sender: notify.SMTP{Host: string(c.SMTPHost), Port: int(c.SMTPPort), User: string(c.SMTPUser), Password: string(c.SMTPPassword),
			From: string(c.EmailFrom), TLS: c.SMTPTLS},
		Lease: a.keeper("notify")}
}

// keeper tries to be the only one of all processes that does something.
func (a *App) keeper(name string) *lease.Keeper {
	return &lease.Keeper{Store: a.Store, Name: name, Holder: "scheduler-" + a.name,
		TTL: min(leaseTime, time.Duration(a.Config.MasterTimeout)), Log: a.log}
}

func (a *App) scheduleRoom() room {
	return &schedule.Room{
		Store: a.Store, Hub: a.Hub, Policy: a.policy, Executors: a.executors, Placement: a.placement(),
		Refresh: sweepEvery, Log: a.log, Lease: a.keeper("schedule"),
		Paused: a.paused, Forecast: simulate.Forecast,
		Shares: &schedule.Shares{Store: a.Store, Window: a.Config.UserResetUsageDuration},
		Quotas: &schedule.Quotas{Store: a.Store, Window: a.Config.UserResetUsageDuration, Disk: int64(a.Config.DiskDefaultQuota), Running: a.Config.MaxRunning},
	}
}

// paused says why no task may start now; "" = tasks may.
func (a *App) paused(ctx context.Context) string {
	switch m, _ := a.site.Maintenance(ctx); {
	case !m.On:
		return ""
	case m.Reason != "":
		return "Waiting: the site is in maintenance: " + m.Reason
	default:
		return "Waiting: the site is in maintenance"
	}
}

// placement is what the site decided about nodes.
func (a *App) placement() plan.Settings {
	return plan.Settings{Default: a.Config.ExecutorNames()[0], Longest: time.Duration(a.Config.MaxLifespan),
		Pack: a.Config.NodeOrder == "pack", SkipFailed: a.Config.FailurePolicy.SkipFailedNodes}
}

// serve answers requests until ctx is done, and then lets those under way end.
// Streams, which would not, end with ctx.
func (a *App) serve(ctx context.Context, l net.Listener) error {
	srv := &http.Server{
		Handler:           a.server.Handler(),
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		<-ctx.Done()
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if srv.Shutdown(end) != nil {
			_ = srv.Close()
		}
	}()
	err := srv.Serve(l)
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	<-done
	a.server.Wait()
	return err
}
