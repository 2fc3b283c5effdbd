package chaos

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"godocker"
	"godocker/api"
	"godocker/internal/jobdir"
	"godocker/store"
	"godocker/store/sqlstore"
	"godocker/test/daemon"
	"godocker/test/registry"
)

const (
	fetched    = 200_000 // bytes of the file that tasks have fetched
	kills      = 35
	everyCount = 4 // tasks of each kind
)

// TestKilledServerWithEveryAbility kills a server whose tasks use all that it can do,
// and whose owner changes his mind about many of them. Every one ends as it should, and
// in the end nothing is left of any.
func TestKilledServerWithEveryAbility(t *testing.T) {
	data, tmp := dataFolder(t), t.TempDir()
	smtp, mails := mailServer(t)
	reg := privateImages(t)
	gateway := freeAddress(t)
	s := install(t, daemon.Options{Config: onDocker(data, "") + fmt.Sprintf(`docker:
  tmp_dir: %q
  labels: {zone: a}
  gpus:
    - {name: one, devices: [/dev/kmsg]}
    - {name: two, devices: [/dev/loop-control]}
constraints: [{name: zone, value: "a,b"}]
port_start: 17000
port_range: 8
kill_grace: 1s
uris: {allow_private: [127.0.0.1/32]}
email_smtp_host: 127.0.0.1
email_smtp_port: %d
email_from: god@example.org
ssh: {listen: %q}
idle: {warn: 1s}
`, tmp, smtp, gateway)})
	noneLeft(t, s.Cluster, "")
	set := exec.Command(filepath.Join(bin, "godockerd"), "--config", filepath.Join(s.Dir, "go-d.ini"), "user", "set", s.User, "--email", "tester@example.org")
	if out, err := set.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	web := httptest.NewServer(http.HandlerFunc(slowly))
	defer web.Close()
	rng := seeded(t)
	start(t, s)
	e := newOwner(t, s, data, web.URL)
	e.registry, e.gateway = reg.Address, gateway
	if err := e.c.SaveRegistry(t.Context(), s.User, reg.Address, api.RegistryLogin{Username: "tester", Password: registryPassword}); err != nil {
		t.Fatal(err)
	}
	e.submit(task("#!/bin/sh\n"), "a first task", succeeds) // mail is about what comes after it
	settle(t, s, time.Minute)

	var kinds []func(*owner)
	for range everyCount {
		kinds = append(append(kinds, everyKind...), sessionKinds...)
	}
	rng.Shuffle(len(kinds), func(i, j int) { kinds[i], kinds[j] = kinds[j], kinds[i] })
	next := make(chan func(*owner))
	var workers sync.WaitGroup
	for range 6 {
		workers.Go(func() {
			for kind := range next {
				kind(e)
			}
		})
	}
	workers.Go(func() {
		for _, kind := range kinds {
			next <- kind
		}
		close(next)
	})
	killAgain(t, s, rng, kills, 200*time.Millisecond, 1500*time.Millisecond)
	workers.Wait()
	e.endUnknown()
	settle(t, s, 3*time.Minute)
	e.honest()
	e.oneResult()
	mailed(t, mails, e.mailed)
	emptied(t, s.Cluster, "")
	e.released()
	noStorage(t, s.Cluster, tmp)

	e.clean(rng)
	s.Stop()
	gapless(t, s.DatabasePath())
	if strings.Contains(s.LogEnd(), registryPassword) {
		t.Error("the password of the registry is in the log")
	}
}

const registryPassword = "a password for images"

// privateImages runs a registry that has images only for who has a password.
func privateImages(t *testing.T) *registry.Registry {
	t.Helper()
	r, err := registry.Start(t.TempDir(), map[string]string{"tester": registryPassword})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	for i := range everyCount {
		if _, err := r.Push(t.Context(), image, fmt.Sprintf("lab/tool:%d", i), "tester", registryPassword); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// slowly sends a file little by little, so that kills fall into it.
func slowly(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Length", fmt.Sprint(fetched))
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	const parts = 40
	for range parts {
		if _, err := w.Write(make([]byte, fetched/parts)); err != nil {
			return
		}
		w.(http.Flusher).Flush()
		select {
		case <-tick.C:
		case <-r.Context().Done():
			return
		}
	}
}

// released waits until no attempt holds a port or a gpu.
func (e *owner) released() {
	e.t.Helper()
	var left []store.Reserved
	e.inStore(func(st store.Store) bool {
		var err error
		left, err = st.Reserved(e.t.Context())
		return err == nil && len(left) == 0
	}, func() string { return fmt.Sprintf("reservations are left: %+v", left) })
}

// inStore looks into the database until it is as wanted.
func (e *owner) inStore(ok func(store.Store) bool, complaint func() string) {
	e.t.Helper()
	st, err := sqlstore.Open(e.t.Context(), e.s.DatabasePath(), quiet)
	if err != nil {
		e.t.Fatal(err)
	}
	defer st.Close()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for end := time.Now().Add(time.Minute); !ok(st); <-tick.C {
		if time.Now().After(end) {
			e.t.Error(complaint())
			return
		}
	}
}

// noStorage fails the test unless nothing is left of temporary storages.
func noStorage(t *testing.T, cluster, dir string) {
	t.Helper()
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("files of temporary storages are left: %v, %v", left, err)
	}
	if out, err := exec.Command("docker", "volume", "ls", "-q", "--filter", "label=godocker.cluster="+cluster).Output(); err != nil || len(out) > 0 {
		t.Errorf("volumes are left: %s, %v", out, err)
	}
	if out, err := exec.Command("losetup", "--list", "--noheadings", "--output", "BACK-FILE").Output(); err != nil || strings.Contains(string(out), dir) {
		t.Errorf("loop devices are left: %s, %v", out, err)
	}
	if mounts, err := os.ReadFile("/proc/self/mountinfo"); err != nil || strings.Contains(string(mounts), "god-"+cluster+"-") {
		t.Errorf("mounts are left, %v", err)
	}
}

// clean checks what is counted to the owner, archives everything while the server is
// killed again, and finds no folder and no byte left.
func (e *owner) clean(rng *rand.Rand) {
	e.t.Helper()
	tree := filepath.Join(e.s.Dir, "shared", "tasks", "pairtree_root")
	dirs := jobdir.New(filepath.Join(e.s.Dir, "shared"), 0o750)
	var sum, used int64
	e.inStore(func(st store.Store) bool {
		ts, err := st.List(e.t.Context(), store.Query{States: []godocker.State{godocker.Over}})
		u, userErr := st.User(e.t.Context(), e.s.User)
		sum, used = 0, u.DiskUsed
		for i := range ts {
			if ts[i].Requirements.Array.Count > 0 && ts[i].ParentID == 0 {
				continue // its folder holds those of its elements
			}
			n, _, sizeErr := dirs.Size(e.t.Context(), &ts[i], 0)
			if sum += n; sizeErr != nil {
				e.t.Error(sizeErr)
			}
		}
		return err == nil && userErr == nil && sum == used && sum > 0
	}, func() string { return fmt.Sprintf("%d bytes are on disk, and %d are counted", sum, used) })
	if parts, err := filepath.Glob(filepath.Join(tree, "*", "task", ".*.part")); err != nil || len(parts) > 0 {
		e.t.Errorf("half files are left: %v, %v", parts, err)
	}
	err := e.insist(func(c *api.Client) error { _, err := c.ArchiveOld(e.t.Context(), 0, "", false); return err })
	if err != nil {
		e.t.Fatal(err)
	}
	killAgain(e.t, e.s, rng, 5, 50*time.Millisecond, 300*time.Millisecond)
	e.inStore(func(st store.Store) bool {
		n, err := st.Count(e.t.Context())
		return err == nil && n[godocker.Over] == 0 && n[godocker.Archived] > 0
	}, func() string { return "tasks are not archived" })
	e.inStore(func(st store.Store) bool {
		u, err := st.User(e.t.Context(), e.s.User)
		used = u.DiskUsed
		return err == nil && used == 0
	}, func() string { return fmt.Sprintf("%d bytes are counted after all is archived", used) })
	if left, err := filepath.Glob(filepath.Join(tree, "*")); err != nil || len(left) > 0 {
		files, _ := exec.Command("find", append(left, "-ls")...).Output()
		e.t.Errorf("folders are left: %v, %v\n%s", left, err, files)
	}
}
