package runner_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"godocker/internal/runner/spec"
)

func TestExitCodeAndStreams(t *testing.T) {
	for _, image := range []string{debian, busybox, static} {
		b := newBox(t, image, "echo out; echo err >&2; exit 7")
		b.want(t, 7, "out\n", "err\n")
		if r := b.result(t); r.ExitCode != 7 || r.Error != "" || r.Ended.Before(r.Started) || r.PeakRAM == 0 || r.CPUSeconds == 0 {
			t.Errorf("%s: result %+v", image, r)
		}
		if info := b.read(t, spec.Info); !regexp.MustCompile(`^\d{10}\n\d{10}\n$`).MatchString(info) {
			t.Errorf("%s: god.info is %q", image, info)
		}
		for _, name := range []string{spec.Log, spec.ErrLog, spec.Info, spec.ResultFile(1)} {
			var st syscall.Stat_t
			must(t, syscall.Lstat(filepath.Join(b.folder, name), &st))
			if st.Uid != uid || st.Gid != gid {
				t.Errorf("%s belongs to %d:%d", name, st.Uid, st.Gid)
			}
		}
	}
}

func TestWhichShell(t *testing.T) {
	const which = `if [ -n "$BASH_VERSION" ] && [ -e /bin/bash ]; then echo bash; elif [ -e /bin/sh ]; then echo sh; else echo built-in; fi`
	best := map[string]string{debian: "bash\n", busybox: "sh\n", static: "built-in\n"}
	for _, head := range []string{"", "#!/bin/bash\n", "#!/bin/bash -e\n", "#! /usr/bin/env bash\n", "#!/usr/local/bin/bash -e\n", "#!/bin/zsh\n"} {
		for image, log := range best {
			newBox(t, image, head+which+"\n").want(t, 0, log, "")
		}
	}
	newBox(t, static, "#!/work 5\n").want(t, 5, fmt.Sprintf("uid=%d gid=%d args=[\"5\" \"/mnt/go-docker/cmd.sh\"]\n", uid, gid), "")
	newBox(t, static, "#!/bin/sh -e\n/work 3\necho unreached\n").want(t, 3, fmt.Sprintf("uid=%d gid=%d args=[\"3\"]\n", uid, gid), "")
}

func TestNothingToRun(t *testing.T) {
	newBox(t, busybox, "").want(t, spec.ExitNotFound, "", "cmd.sh in the task's folder cannot be opened: no such file")
	b := newBox(t, busybox, "#!/usr/bin/python3\nprint(1)\n")
	b.want(t, spec.ExitNotFound, "", `asks for "/usr/bin/python3", which the image does not have`)
	if r := b.result(t); r.ExitCode != spec.ExitNotFound || !strings.Contains(r.Error, "python3") {
		t.Errorf("result %+v", r)
	}
	newBox(t, busybox, "#!/usr/bin/env python3\n").want(t, spec.ExitNotFound, "", `asks for "python3"`)
	newBox(t, static, "if\n").want(t, 2, "", "cmd.sh:")
	newBox(t, static, "nothing-of-the-kind\n").want(t, 127, "", "nothing-of-the-kind")
}

func TestScriptOnNoexecMount(t *testing.T) {
	b := newBox(t, busybox, "echo ran")
	script, err := os.ReadFile(filepath.Join(b.folder, spec.Script))
	must(t, err)
	must(t, syscall.Mount("tmpfs", b.folder, "tmpfs", syscall.MS_NOEXEC, fmt.Sprintf("uid=%d,gid=%d,mode=750", uid, gid)))
	t.Cleanup(func() { must(t, syscall.Unmount(b.folder, 0)) })
	must(t, os.WriteFile(filepath.Join(b.folder, spec.Script), script, 0o755))
	b.want(t, 0, "ran\n", "")
}

func TestRunsOnce(t *testing.T) {
	b := newBox(t, busybox, "echo run")
	b.want(t, 0, "run\n", "")
	b.want(t, spec.ExitRepeated, "run\n", "attempt 1 of task 12 ran before and is not run again")
	if r := b.result(t); r.ExitCode != 0 {
		t.Errorf("the first result was lost: %+v", r)
	}
	b.spec.Attempt = 2
	if code := b.run(t); code != 0 || b.read(t, spec.Log) != "run\nrun\n" {
		t.Errorf("attempt 2: exit %d, log %q", code, b.read(t, spec.Log))
	}
}

// Many containers of one attempt at the same moment, on one folder.
func TestRunsOnceOfMany(t *testing.T) {
	b := newBox(t, busybox, "echo run")
	boxes := make([]*box, 4)
	for i := range boxes {
		copied := *b
		boxes[i] = &copied
		boxes[i].start(t)
	}
	ran := 0
	for _, one := range boxes {
		if one.end(t) == 0 {
			ran++
		}
	}
	if log := b.read(t, spec.Log); ran != 1 || log != "run\n" {
		t.Errorf("%d of %d ran, log %q", ran, len(boxes), log)
	}
}

func TestKilledScript(t *testing.T) {
	newBox(t, busybox, "kill -9 $$").want(t, 137, "", "")
	b := newBox(t, debian, "kill -15 $$")
	b.want(t, 143, "", "")
	if b.result(t).Stopped {
		t.Error("a script that ended itself is said to have been ended from outside")
	}
}

// TERM reaches every process, and the script's own answer to it counts.
func TestTermReachesTheTree(t *testing.T) {
	for _, image := range []string{debian, busybox} {
		b := newBox(t, image, `
(trap 'echo child; exit' TERM; echo ready-1; while :; do sleep 0.05; done) &
trap 'wait; echo parent; exit 9' TERM
echo ready-2
while :; do sleep 0.05; done
`)
		b.start(t)
		b.says(t, "ready-1")
		b.says(t, "ready-2")
		b.signal(t, "TERM")
		if code := b.end(t); code != 9 {
			t.Errorf("%s: exit code %d, want 9", image, code)
		}
		if log := b.read(t, spec.Log); !strings.HasSuffix(log, "child\nparent\n") {
			t.Errorf("%s: log %q", image, log)
		}
	}
	b := newBox(t, static, "echo ready; while :; do :; done")
	b.start(t)
	b.says(t, "ready")
	b.signal(t, "TERM")
	if code := b.end(t); code != 143 {
		t.Errorf("%s: exit code %d, want 143", static, code)
	}
	if !b.result(t).Stopped {
		t.Error("the result does not tell that somebody outside ended the script")
	}
}

func TestUserSignalGoesToTheScriptOnly(t *testing.T) {
	b := newBox(t, busybox, "trap 'echo got; exit 4' USR1; sleep 3600 & echo ready; wait")
	b.start(t)
	b.says(t, "ready")
	b.signal(t, "USR1")
	if code := b.end(t); code != 4 || b.read(t, spec.Log) != "ready\ngot\n" {
		t.Errorf("exit %d, log %q", code, b.read(t, spec.Log))
	}
}

// What the script leaves behind gets TERM, and KILL if that does not help; the
// result is written after it is gone.
func TestLeftoversAreEnded(t *testing.T) {
	b := newBox(t, busybox, "(trap 'echo bye; exit' TERM; echo up; while :; do sleep 0.02; done) & while ! grep -q up god.log; do sleep 0.02; done; exit 3")
	if code := b.run(t); code != 3 || b.read(t, spec.Log) != "up\nbye\n" {
		t.Errorf("exit %d, log %q", code, b.read(t, spec.Log))
	}
	stubborn := newBox(t, busybox, "(trap '' TERM; echo up; while :; do sleep 1; done) & while ! grep -q up god.log; do sleep 0.02; done; exit 3")
	began := time.Now()
	if code := stubborn.run(t); code != 3 {
		t.Errorf("exit %d", code)
	}
	if took := time.Since(began); took > 8*time.Second {
		t.Errorf("a process that ignores TERM kept the task for %v", took)
	}
}

func TestOrphansAreReaped(t *testing.T) {
	b := newBox(t, busybox, `
for i in 1 2 3 4 5; do sh -c 'true & true & exec true' & done
wait
n=0
while grep -qs '(.*) Z ' /proc/[0-9]*/stat; do n=$((n+1)); [ $n -gt 100 ] && exit 1; sleep 0.05; done
`)
	b.want(t, 0, "", "")
}

func TestMemoryIsMeasured(t *testing.T) {
	b := newBox(t, busybox, "tail /dev/zero; echo $?; exit 5")
	b.host.Memory, b.host.MemorySwap = 48<<20, 48<<20
	if code := b.run(t); code != 5 || b.read(t, spec.Log) != "137\n" {
		t.Errorf("exit %d, log %q", code, b.read(t, spec.Log))
	}
	if r := b.result(t); r.OOMKills != 1 || r.PeakRAM < 40<<20 || r.PeakRAM > 49<<20 {
		t.Errorf("result %+v, want one kill and a peak near 48 MB", r)
	}
}
