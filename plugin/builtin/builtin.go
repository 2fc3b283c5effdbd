// Package builtin is the one list of every implementation that ships.
package builtin

import (
	"godocker/auth"
	fakeauth "godocker/auth/fake"
	"godocker/auth/ldap"
	"godocker/auth/local"
	"godocker/executor"
	"godocker/executor/docker"
	"godocker/executor/fake"
	"godocker/executor/kubernetes"
	"godocker/executor/swarm"
	"godocker/plugin"
	"godocker/scheduler"
	"godocker/scheduler/fairshare"
	"godocker/scheduler/fairtree"
	"godocker/scheduler/fifo"
	"godocker/watcher"
	"godocker/watcher/maxlifespan"
)

// Executors returns the engines that tasks can run on.
func Executors() *plugin.Set[executor.Executor] {
	var s plugin.Set[executor.Executor]
	s.Add(docker.Plugin, swarm.Plugin, swarm.Original, kubernetes.Plugin, fake.Plugin)
	return &s
}

// Schedulers returns the ways to order tasks.
func Schedulers() *plugin.Set[scheduler.Scheduler] {
	var s plugin.Set[scheduler.Scheduler]
	s.Add(fifo.Plugin, fairshare.Plugin, fairtree.Plugin)
	return &s
}

// Watchers returns those who look after running tasks.
func Watchers() *plugin.Set[watcher.Watcher] {
	var s plugin.Set[watcher.Watcher]
	s.Add(maxlifespan.Plugin)
	return &s
}

// Authenticators returns the ways to know people.
func Authenticators() *plugin.Set[auth.Authenticator] {
	var s plugin.Set[auth.Authenticator]
	s.Add(local.Plugin, ldap.Plugin, ldap.Original, fakeauth.Plugin)
	return &s
}
