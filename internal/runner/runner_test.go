package runner

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"godocker/internal/runner/spec"
)

func TestChoose(t *testing.T) {
	const script = "/d/cmd.sh"
	for _, test := range []struct {
		head  string
		image []string // programs that it has
		want  []string // nil = refused
	}{
		{"echo", []string{"/bin/bash", "/bin/sh"}, []string{"/bin/bash", script}},
		{"echo", []string{"/bin/sh"}, []string{"/bin/sh", script}},
		{"", nil, []string{"/self", "shell", script}},
		{"#!/bin/sh\n", []string{"/bin/bash", "/bin/sh"}, []string{"/bin/sh", script}},
		{"#!/bin/bash -eu -x\r\n", []string{"/bin/sh"}, []string{"/bin/sh", "-eu -x", script}},
		{"#!/bin/bash -e\n", nil, []string{"/self", "shell", "-e", script}},
		{"#!/usr/bin/perl -w", []string{"/usr/bin/perl"}, []string{"/usr/bin/perl", "-w", script}},
		{"#!/usr/bin/perl", []string{"/bin/sh"}, nil},
		{"#!/usr/bin/env perl", []string{"/usr/bin/env", "/usr/bin/perl"}, []string{"/usr/bin/env", "perl", script}},
		{"#!/usr/bin/env -S perl -w", []string{"/usr/bin/perl"}, []string{"/usr/bin/perl", "-w", script}},
		{"#!/usr/bin/env bash", []string{"/usr/bin/env", "/bin/sh"}, []string{"/bin/sh", script}},
		{"#!/usr/bin/env", []string{"/usr/bin/env"}, nil},
		{"#!\n", []string{"/bin/sh"}, []string{"/bin/sh", script}},
	} {
		i := interpreter{self: "/self", lookPath: func(name string) string {
			for _, p := range test.image {
				if p == name || filepath.Base(p) == name {
					return p
				}
			}
			return ""
		}}
		got, err := i.choose([]byte(test.head), script)
		if _, refused := errors.AsType[*refusal](err); !slices.Equal(got, test.want) || refused != (test.want == nil) {
			t.Errorf("%q on %v: %q, %v; want %q", test.head, test.image, got, err, test.want)
		}
	}
}

func TestWithLine(t *testing.T) {
	for _, test := range []struct {
		old  string
		id   int
		want string
	}{
		{"", 7, "NEW\n"},
		{"root:x:0:0::/:/bin/sh", 7, "NEW\nroot:x:0:0::/:/bin/sh\n"},
		{"godocker:x:1:1:::\nroot:x:0:0:::\n", 7, "NEW\nroot:x:0:0:::\n"},
		{"root:x:0:0:::\n", 0, "root:x:0:0:::\nNEW\n"},
	} {
		if got := string(withLine([]byte(test.old), test.id, "NEW")); got != test.want {
			t.Errorf("withLine(%q, %d) = %q, want %q", test.old, test.id, got, test.want)
		}
	}
}

func TestNameUserFollowsNoLink(t *testing.T) {
	s := spec.Spec{UID: 7, GID: 8, Dir: "/d"}
	root, victim := t.TempDir(), filepath.Join(t.TempDir(), "victim")
	for _, err := range []error{
		os.WriteFile(victim, []byte("precious"), 0o666),
		os.Mkdir(root+"/etc", 0o755),
		os.Symlink(victim, root+"/etc/passwd"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	nameUser(s, root)
	if text, err := os.ReadFile(victim); err != nil || string(text) != "precious" {
		t.Errorf("the target of a link became %q, %v", text, err)
	}
	if text, err := os.ReadFile(root + "/etc/group"); err != nil || string(text) != "godocker:x:8:\n" {
		t.Errorf("group = %q, %v", text, err)
	}
	linked := t.TempDir()
	if err := os.Symlink(root, linked+"/etc"); err != nil {
		t.Fatal(err)
	}
	nameUser(s, linked)
	if _, err := os.Stat(root + "/passwd"); err == nil {
		t.Error("a link in place of /etc was followed")
	}
}

func TestCounters(t *testing.T) {
	tree := func(files map[string]string) string {
		root := t.TempDir()
		for name, text := range files {
			if err := errors.Join(os.MkdirAll(filepath.Dir(root+"/"+name), 0o755), os.WriteFile(root+"/"+name, []byte(text), 0o644)); err != nil {
				t.Fatal(err)
			}
		}
		return root
	}
	v2 := func(in string) map[string]string {
		return map[string]string{
			in + "cgroup.controllers": "cpu memory\n", in + "memory.peak": "4096\n",
			in + "memory.events": "low 0\noom 3\noom_kill 2\n", in + "cpu.stat": "usage_usec 1500000\nuser_usec 1\n",
			in + "io.stat": "8:0 rbytes=10 wbytes=20 rios=1\n8:16 rbytes=1 wbytes=2\n",
		}
	}
	v1 := func(in string) map[string]string {
		return map[string]string{
			"memory/" + in + "memory.max_usage_in_bytes": "4096\n", "memory/" + in + "memory.oom_control": "under_oom 0\noom_kill 2\n",
			"cpuacct/" + in + "cpuacct.usage":                 "1500000000\n",
			"blkio/" + in + "blkio.throttle.io_service_bytes": "8:0 Read 11\n8:0 Write 22\n8:0 Total 33\nTotal 33\n",
		}
	}
	want := usage{peak: 4096, read: 11, write: 22, oomKills: 2, cpu: 1500 * time.Millisecond}
	const ownV1 = "9:name=systemd:/x\n4:memory:/x\n2:cpu,cpuacct:/x\n7:blkio:/x\n"
	for name, test := range map[string]struct {
		c    counters
		want usage
	}{
		"generation 2 in a container":  {counters{tree(v2("")), "0::/\n", true}, want},
		"generation 2 in its subgroup": {counters{tree(v2("x/")), "0::/x\n", false}, want},
		"generation 2, whole machine":  {counters{tree(v2("")), "0::/\n", false}, usage{}},
		"generation 1 in a container":  {counters{tree(v1("")), ownV1, true}, want},
		"generation 1, whole machine":  {counters{tree(v1("")), "4:memory:/\n2:cpuacct:/\n7:blkio:/\n", false}, usage{}},
		"generation 1 in its subgroup": {counters{tree(v1("x/")), "4:memory:/x\n2:cpuacct:/x\n7:blkio:/x\n", false}, want},
		"nothing mounted":              {counters{t.TempDir(), ownV1, true}, usage{}},
	} {
		if diff := cmp.Diff(test.want, test.c.read(), cmp.AllowUnexported(usage{})); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func FuzzShebang(f *testing.F) {
	f.Add([]byte("#!/bin/sh -e\n"))
	f.Add([]byte("#! \t\r\n"))
	f.Fuzz(func(t *testing.T, head []byte) {
		i := interpreter{self: "/self", lookPath: func(string) string { return "" }}
		if argv, err := i.choose(head, "/d/cmd.sh"); (err == nil) != (len(argv) > 0 && argv[len(argv)-1] == "/d/cmd.sh") {
			t.Errorf("%q: %q, %v", head, argv, err)
		}
	})
}
