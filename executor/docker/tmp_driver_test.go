package docker_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"godocker/executor"
	"godocker/executor/docker"
	"godocker/plugin"
)

// zfsDriver is a volume driver which makes each volume a file system with a quota, in
// a pool of its own. It has an engine of its own, as an engine never forgets a driver.
type zfsDriver struct {
	name string // of the driver and of the pool
	url  string // of the engine
}

func newZFS(t *testing.T) *zfsDriver {
	t.Helper()
	dir := t.TempDir()
	if err := exec.Command("zpool", "list").Run(); err != nil {
		_ = exec.Command("umount", "-l", "/zfs-kstat").Run() // of one that was killed
		daemon := exec.Command("zfs-fuse", "--no-daemon", "--pidfile", filepath.Join(dir, "pid"))
		must(t, daemon.Start())
		t.Cleanup(func() { must(t, daemon.Process.Signal(syscall.SIGTERM)); _ = daemon.Wait() })
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for limit := time.Now().Add(settle); exec.Command("zpool", "list").Run() != nil; <-tick.C {
			if time.Now().After(limit) {
				t.Fatal("zfs-fuse does not answer")
			}
		}
	}
	out(t, "mount", "--bind", dir, dir) // so that the engine, which has its own view, sees what is mounted in it
	t.Cleanup(func() { out(t, "umount", "-l", dir) })
	out(t, "mount", "--make-shared", dir)
	file := filepath.Join(dir, "pool.img")
	must(t, os.WriteFile(file, nil, 0o600))
	must(t, os.Truncate(file, 256<<20))
	z := &zfsDriver{name: fmt.Sprintf("gd%d", time.Now().UnixNano())}
	out(t, "zpool", "create", "-o", "cachefile=none", "-m", filepath.Join(dir, "mnt"), z.name, file)
	t.Cleanup(func() { must(t, whileBusy("zpool", "destroy", z.name)) })

	home, err := os.MkdirTemp("", "engine-") // short: a path of a socket has few letters
	must(t, err)
	t.Cleanup(func() { out(t, privateEngine, "down", home) })
	must(t, os.Mkdir(filepath.Join(home, "plugins"), 0o755))
	sock, err := net.Listen("unix", filepath.Join(home, "plugins", z.name+".sock"))
	must(t, err)
	t.Cleanup(func() { sock.Close() })
	go func() { _ = http.Serve(sock, z) }()
	z.url = out(t, privateEngine, "start", home)
	return z
}

// whileBusy runs a program that may find something busy for a moment: containers begin
// with a copy of all mounts.
func whileBusy(name string, args ...string) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for limit := time.Now().Add(settle); ; <-tick.C {
		text, err := exec.Command(name, args...).CombinedOutput()
		if err == nil {
			return nil
		}
		if time.Now().After(limit) || !strings.Contains(string(text), "busy") {
			return fmt.Errorf("%s %v: %w: %s", name, args, err, text)
		}
	}
}

const privateEngine = "../../test/backends/docker/private.sh"

// volumes lists what the driver holds.
func (z *zfsDriver) volumes() []string {
	list, _ := exec.Command("zfs", "list", "-H", "-o", "name").Output()
	var names []string
	for name := range strings.Lines(string(list)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(name), z.name+"/"); ok {
			names = append(names, name)
		}
	}
	return names
}

func (z *zfsDriver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	type volume struct{ Name, Mountpoint string }
	var ask struct {
		Name string
		Opts map[string]string
	}
	_ = json.NewDecoder(r.Body).Decode(&ask)
	set := z.name + "/" + ask.Name
	answer := map[string]any{}
	run := func(args ...string) string {
		text, err := exec.Command("zfs", args...).CombinedOutput()
		if err != nil {
			answer["Err"] = strings.TrimSpace(string(text))
		}
		return strings.TrimSpace(string(text))
	}
	at := func() volume { return volume{ask.Name, run("get", "-H", "-o", "value", "mountpoint", set)} }
	switch r.URL.Path {
	case "/Plugin.Activate":
		answer["Implements"] = []string{"VolumeDriver"}
	case "/VolumeDriver.Capabilities":
		answer["Capabilities"] = map[string]string{"Scope": "local"}
	case "/VolumeDriver.Create":
		run("create", "-o", "quota="+ask.Opts["size"], set)
	case "/VolumeDriver.Remove":
		if err := whileBusy("zfs", "destroy", set); err != nil {
			answer["Err"] = err.Error()
		}
	case "/VolumeDriver.Mount", "/VolumeDriver.Path":
		answer["Mountpoint"] = at().Mountpoint
	case "/VolumeDriver.Get":
		answer["Volume"] = at()
	case "/VolumeDriver.List":
		list := []volume{}
		for _, ask.Name = range z.volumes() {
			set = z.name + "/" + ask.Name
			list = append(list, at())
		}
		answer["Volumes"] = list
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func TestTmpDriver(t *testing.T) {
	z := newZFS(t)
	for name, cfg := range map[string]docker.Config{
		"zfs":   {TmpDriver: z.name},
		"tmpfs": {TmpDriver: "local", TmpOptions: map[string]string{"type": "tmpfs", "device": "tmpfs", "o": "size={size}"}},
	} {
		cfg.URL = z.url
		e := engine(t, cfg)
		t.Run(name, func(t *testing.T) { z.holdsToItsSize(t, e) })
		if name == "zfs" {
			t.Run("after a crash", func(t *testing.T) { z.isFound(t, e) })
		}
	}
	t.Run("refusal", func(t *testing.T) {
		e := engine(t, docker.Config{URL: z.url, TmpDriver: z.name, TmpOptions: map[string]string{"size": "nonsense{size}"}})
		a := small()
		if _, err := e.Start(t.Context(), a); !errors.Is(err, executor.ErrEngine) || !strings.Contains(err.Error(), "bad numeric value") {
			t.Errorf("Start: %v", err)
		}
	})
	t.Run("driver away", func(t *testing.T) { // it may come back
		e := engine(t, docker.Config{URL: z.url, TmpDriver: "gd-none"})
		if _, err := e.Start(t.Context(), small()); err == nil || errors.Is(err, executor.ErrEngine) || errors.Is(err, executor.ErrCannotStart) {
			t.Errorf("Start: %v", err)
		}
	})
}

// small ends with 0 where 15 MB fit into its temporary storage, and 25 MB do not.
func small() executor.Assignment {
	a := shell(`dd if=/dev/zero of=/tmp-data/x bs=1M count=15 conv=fsync 2>/dev/null || exit 4
rm /tmp-data/x; sync
dd if=/dev/zero of=/tmp-data/x bs=1M count=25 conv=fsync 2>&1 | grep -q -e "No space left" -e "uota exceeded" || exit 5`)
	a.Image, a.Tmp, a.RAM = "godocker/busybox:1", 20_000_000, 256<<20
	a.Cluster, a.Task, a.Attempt = fmt.Sprintf("e%d", time.Now().UnixNano()), 1, 1
	return a
}

func (z *zfsDriver) holdsToItsSize(t *testing.T, e executor.Executor) {
	if !e.Capabilities().TmpStorage {
		t.Fatal("there is no temporary storage")
	}
	a := small()
	h := executor.Handle(a.Name())
	got, err := e.Start(t.Context(), a)
	must(t, err)
	if s := wait(t, e, got.Handle, executor.Exited); s.ExitCode != 0 {
		t.Errorf("%+v", s)
	}
	again, err := e.Start(t.Context(), a)
	if err != nil || again.EngineID != got.EngineID {
		t.Errorf("Start again: %+v, %v", again, err)
	}
	must(t, e.Remove(t.Context(), h))
	must(t, e.Remove(t.Context(), h))
	z.nothingLeft(t)
}

// isFound: what a crash left between the volume and the container is used, or taken
// away.
func (z *zfsDriver) isFound(t *testing.T, e executor.Executor) {
	a := small()
	h := executor.Handle(a.Name())
	leave := func() {
		out(t, "docker", "-H", z.url, "volume", "create", "-d", z.name, "-o", "size=20000000", a.Name()+"-tmp")
	}
	leave()
	must(t, e.Remove(t.Context(), h))
	z.nothingLeft(t)
	leave()
	got, err := e.Start(t.Context(), a)
	must(t, err)
	if s := wait(t, e, got.Handle, executor.Exited); s.ExitCode != 0 {
		t.Errorf("%+v", s)
	}
	must(t, e.Remove(t.Context(), h))
	z.nothingLeft(t)
}

func (z *zfsDriver) nothingLeft(t *testing.T) {
	t.Helper()
	if left := z.volumes(); len(left) > 0 {
		t.Errorf("the driver still has %v", left)
	}
	if left := out(t, "docker", "-H", z.url, "volume", "ls", "-q"); left != "" {
		t.Errorf("the engine still has the volumes %s", left)
	}
}

func TestTmpDriverConfig(t *testing.T) {
	for _, cfg := range []docker.Config{
		{TmpDriver: "zfs", TmpDir: "/tmp"},
		{TmpDriver: "zfs", TmpOptions: map[string]string{"size": "10G"}},
		{TmpOptions: map[string]string{"size": "{size}"}},
	} {
		if _, err := docker.New(t.Context(), plugin.Env{}, cfg); err == nil || !strings.Contains(err.Error(), "tmp_") {
			t.Errorf("%+v: %v", cfg, err)
		}
	}
}
