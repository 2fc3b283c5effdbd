// Package app puts the house together: from a configuration to plug-ins, store,
// rooms and doors.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"godocker/auth"
	"godocker/auth/local"
	"godocker/executor"
	"godocker/internal/account"
	"godocker/internal/audit"
	"godocker/internal/authz"
	"godocker/internal/carried"
	"godocker/internal/config"
	"godocker/internal/credential"
	"godocker/internal/entry"
	"godocker/internal/fetch"
	"godocker/internal/gateway"
	"godocker/internal/httpapi"
	"godocker/internal/jobdir"
	"godocker/internal/live"
	"godocker/internal/site"
	"godocker/internal/watch"
	"godocker/plugin"
	"godocker/plugin/builtin"
	"godocker/scheduler"
	"godocker/store"
	"godocker/store/sqlstore"
	"godocker/watcher"
)

// Version is the product's, set when it is built.
var Version = "2.0.0-dev"

// A Role is a part of the house that one process can run by itself.
type Role string

// The roles.
const (
	Web       Role = "web"       // the doors
	Scheduler Role = "scheduler" // schedule, by the one that leads, and dispatch
	Watcher   Role = "watcher"   // watch and finish
	Archiver  Role = "archiver"
	SSH       Role = "ssh" // the gateway to interactive tasks, if the configuration has one
)

// Roles lists all of them.
var Roles = []Role{Web, Scheduler, Watcher, Archiver, SSH}

// An App is a house with its lights on. Close it after Run.
type App struct {
	Config *config.Config
	Store  store.Store
	Hub    *live.Hub

	log       *slog.Logger
	executors map[string]executor.Executor
	policy    scheduler.Scheduler
	people    auth.Authenticator
	watchers  []watcher.Watcher
	dirs      *jobdir.Tree
	fetcher   *fetch.Fetcher
	runner    string
	site      *site.Board
	seal      *credential.Seal
	hostKeys  *credential.HostKeys
	hall      *entry.Hall
	gateway   *gateway.Gateway
	idle      watch.IdleCount
	authz     *authz.Key      // nil = no engine asks this server
	server    *httpapi.Server // once it serves
	reloading sync.Mutex      // holds Config and server
	name      string          // of this process
}

// OpenStore opens the database of a configuration.
func OpenStore(ctx context.Context, c *config.Config, log *slog.Logger) (store.Store, error) {
	if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		return nil, fmt.Errorf("data_dir: %w", err)
	}
	return sqlstore.Open(ctx, c.DatabaseURL(), log)
}

// Open makes everything that the configuration asks for, and starts nothing yet.
// procid tells processes of one machine apart.
func Open(ctx context.Context, c *config.Config, procid string, log *slog.Logger) (*App, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	a := &App{Config: c, log: log, name: processName(procid)}
	a.dirs = jobdir.New(c.SharedDir, os.FileMode(c.TaskDirMode))
	var err error
	if a.fetcher, err = fetch.New(c.URIs.AllowPrivate); err != nil {
		return nil, fmt.Errorf("uris.allow_private: %w", err)
	}
	if a.seal, err = credential.NewSeal(c.SecretPassphrase); err != nil {
		return nil, fmt.Errorf("secret_passphrase: %w", err)
	}
	if a.hostKeys, err = credential.NewHostKeys(c.SecretPassphrase, c.Cluster); err != nil {
		return nil, fmt.Errorf("secret_passphrase: %w", err)
	}
	if c.DockerAuthz.Enabled {
		if a.authz, err = authz.NewKey(c.SecretPassphrase, c.Cluster); err != nil {
			return nil, fmt.Errorf("secret_passphrase: %w", err)
		}
	}
	if a.runner, err = carried.Install(c.SharedDir); err != nil {
		return nil, fmt.Errorf("shared_dir: %w", err)
	}
	if a.Store, err = OpenStore(ctx, c, log); err != nil {
		return nil, err
	}
	a.site = &site.Board{Store: a.Store}
	if err := a.plug(ctx); err != nil {
		return nil, errors.Join(err, a.Store.Close())
	}
	a.hall = &entry.Hall{Keys: a.hostKeys, Tasks: a.Store, Executors: a.executors, MaxLifespan: time.Duration(c.MaxLifespan), Log: log}
	a.gateway = &gateway.Gateway{Store: a.Store, Desk: a.desk(), Hall: a.hall, Ledger: audit.Ledger{Store: a.Store, Log: log}, Log: log}
	if a.Hub, err = live.New(ctx, a.Store, log); err != nil {
		return nil, errors.Join(err, a.Store.Close())
	}
	return a, nil
}

// processName tells which process holds a lease or a task. A process that is
// started again under the same name takes over at once what it held before.
func processName(procid string) string {
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	return host + procid
}

// plug opens the plug-ins that the configuration names.
func (a *App) plug(ctx context.Context) error {
	c, env := a.Config, plugin.Env{Log: a.log, Users: a.Store, MaxLifespan: time.Duration(a.Config.MaxLifespan)}
	if a.authz != nil {
		env.Sign = func(method, uri string, body []byte) (string, error) {
			return a.authz.Vouch(authz.Request{Method: method, URI: uri, Body: body}, time.Now())
		}
	}
	a.executors = map[string]executor.Executor{}
	var errs []error
	fail := func(key string, err error) bool {
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", key, err))
		}
		return err != nil
	}
	engines := builtin.Executors()
	for _, name := range c.ExecutorNames() {
		kind, section := c.Engine(name)
		if !slices.Contains(engines.Names(), kind) {
			errs = append(errs, c.WrongEngine(name, engines.Names()))
			continue
		}
		place := "executors"
		if kind != name {
			place += ": " + name
		}
		e, err := engines.Open(ctx, env, kind, section)
		if err = plugin.Wrong(place, err); err != nil {
			errs = append(errs, err)
			continue
		}
		a.executors[name] = e
	}
	var err error
	policy := strings.ToLower(c.SchedulerPolicy)
	a.policy, err = builtin.Schedulers().Open(ctx, env, policy, c.SchedulerSection(policy))
	fail("scheduler_policy", err)
	for _, name := range c.Watchers {
		w, err := builtin.Watchers().Open(ctx, env, name, nil)
		if !fail("watchers", err) {
			a.watchers = append(a.watchers, w)
		}
	}
	section, err := c.AuthSection()
	if err != nil {
		return errors.Join(append(errs, err)...)
	}
	a.people, err = builtin.Authenticators().Open(ctx, env, c.AuthPolicy, section)
	fail("auth_policy", err)
	return errors.Join(errs...)
}

// CheckPlugins reports what is wrong with what a configuration says of plug-ins and
// of the database. It asks no engine and opens no database.
func CheckPlugins(ctx context.Context, c *config.Config) error {
	a := &App{Config: c, log: slog.New(slog.DiscardHandler), Store: noStore{}}
	return errors.Join(a.plug(ctx), sqlstore.CheckURL(c.DatabaseURL()))
}

// noStore stands in where plug-ins are only made.
type noStore struct{ store.Store }

// desk checks credentials.
func (a *App) desk() *account.Desk {
	return account.New(a.Store, a.people, local.Users(a.Store, a.log), a.Config.SecretPassphrase, time.Duration(a.Config.SessionTimeout))
}

// Close gives back what Open took.
func (a *App) Close() error { return a.Store.Close() }
