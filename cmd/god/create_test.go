package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"godocker/api"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
)

func TestDocumentOfCreate(t *testing.T) {
	k := ask{name: "n", description: "d", tags: "a, b,", project: "p", image: "y", external: true, cmd: "echo", cpu: 0.5, ram: 2,
		volumes: []string{"home", "a,b:ro"}, parent: "1,2,", labels: []string{"os==linux"}, placement: "docker:q", array: "1:3", tmp: "10g", ports: "80", gpus: 1, retry: 2, nice: 10, web: 8888, login: "bob"}
	got, err := k.document()
	if err != nil {
		t.Fatal(err)
	}
	word := func(s string) *api.Text { v := api.Text(s); return &v }
	want := api.Task{
		User: api.Owner{ID: "bob", Project: "p"}, Meta: api.Meta{Name: "n", Description: "d", Tags: []string{"a", "b"}},
		Container: api.Container{Image: "y", Volumes: []api.Volume{{Name: "home", ACL: "rw"}, {Name: "a", ACL: "rw"}, {Name: "b", ACL: "ro"}}},
		Command:   api.Command{Cmd: "#!/bin/bash\necho\n"},
		Requirements: api.Requirements{CPU: api.Num(0.5), RAM: api.Num(2), GPUs: api.Num(1), Label: []string{"os==linux"}, Tasks: []api.Text{"1", "2"},
			Executor: "docker:q", Array: api.Array{Values: word("1:3")}, TmpStorage: word("10g"), Ports: []api.Text{"80"}, Retry: api.Num(2), Nice: api.Num(10), WebPort: api.Num(8888)},
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Error(diff)
	}
}

// Only the older names take words without an option, and only as further volumes.
func TestWordsWithoutAnOption(t *testing.T) {
	for _, c := range []struct {
		older   bool
		volumes []string
		taken   bool
	}{{true, []string{"home"}, true}, {true, nil, false}, {false, []string{"home"}, false}, {false, nil, false}} {
		k := ask{volumes: c.volumes}
		err := k.stray(&client{older: c.older}, []string{"data", "more"})
		switch {
		case c.taken && (err != nil || strings.Join(k.volumes, " ") != "home data more"):
			t.Errorf("%+v: %q, %v", c, k.volumes, err)
		case !c.taken && (exitOf(err) != 2 || !strings.Contains(err.Error(), `"data" belongs to no option`)):
			t.Errorf("%+v: %q, %v", c, k.volumes, err)
		}
		if err := k.stray(&client{older: c.older}, nil); err != nil {
			t.Errorf("%+v, without words: %v", c, err)
		}
	}
}

func TestScriptWithVariables(t *testing.T) {
	t.Setenv("PLAIN", "x")
	t.Setenv("ODD", "it's \"$PLAIN\"\n`id` \\ *")
	for _, c := range []struct{ script, want string }{
		{"#!/bin/sh\necho hi\n", "#!/bin/sh\nexport PLAIN='x'\necho hi\n"},
		{"#!/usr/bin/env bash", "#!/usr/bin/env bash\nexport PLAIN='x'\n"},
		{"#!/bin/bash -e\ntrue", "#!/bin/bash -e\nexport PLAIN='x'\ntrue"},
		{"echo hi\n", "export PLAIN='x'\necho hi\n"},
		{"", "export PLAIN='x'\n"},
	} {
		if got, err := withEnv(c.script, []string{"PLAIN"}); got != c.want || err != nil {
			t.Errorf("%q becomes %q, %v; want %q", c.script, got, err, c.want)
		}
	}
	for script, names := range map[string][]string{
		"#!/usr/bin/python3\nprint()": {"PLAIN"}, "#!/usr/bin/fish\n": {"PLAIN"}, "true": {"NOT_THERE"}, "true ": {"A;id"}, "true  ": {"BASH_FUNC_x%%"}, "true   ": {""},
	} {
		if got, err := withEnv(script, names); exitOf(err) != 2 {
			t.Errorf("%q with %q becomes %q, %v", script, names, got, err)
		}
	}
	// A shell gives back exactly what was put in.
	script, err := withEnv("printf %s \"$ODD\"", []string{"ODD"})
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("sh", "-c", script).Output()
	if err != nil || string(out) != os.Getenv("ODD") {
		t.Errorf("a shell makes of it %q, %v", out, err)
	}
}

func TestScriptOrCmd(t *testing.T) {
	file := filepath.Join(t.TempDir(), "s.sh")
	if err := os.WriteFile(file, []byte("from the file"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		k    ask
		want string
	}{{ask{script: file}, "from the file"}, {ask{script: file, cmd: "x"}, "#!/bin/bash\nx\n"}, {ask{interactive: true}, ""}} {
		if got, err := c.k.text(); got != c.want || err != nil {
			t.Errorf("%+v: %q, %v", c.k, got, err)
		}
	}
	for _, k := range []ask{{}, {script: file + ".no"}} {
		if _, err := k.text(); exitOf(err) != 2 {
			t.Errorf("%+v: %v", k, err)
		}
	}
}

func TestItems(t *testing.T) {
	for _, c := range []struct{ list, want string }{{"", ""}, {"1,2,", "1|2"}, {" a , ,b", "a|b"}, {",", ""}} {
		if got := strings.Join(items(c.list), "|"); got != c.want {
			t.Errorf("%q: %q, want %q", c.list, got, c.want)
		}
	}
}

// Old scripts count on 1 cpu and 1 GB; otherwise the site's defaults are for whoever says
// nothing.
func TestWhoDecidesTheSize(t *testing.T) {
	for name, unset := range map[string]bool{"god": true, "godjob": false, "godjob.py": false} {
		words := []string{"create"}
		if name == "god" {
			words = []string{"job", "create"}
		}
		c, _, err := command(name).Find(words)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Flags().Lookup("cpu").DefValue; (got == "0") != unset {
			t.Errorf("%s says the default is %s", name, got)
		}
	}
	for _, older := range []bool{false, true} {
		for _, given := range []string{"", "2"} {
			k, f := ask{cmd: "true"}, pflag.NewFlagSet("", pflag.ContinueOnError)
			k.flags(f)
			k.cmd = "true"
			if given != "" {
				if err := f.Set("cpu", given); err != nil {
					t.Fatal(err)
				}
			}
			k.leave(&client{older: older}, f)
			doc, err := k.document()
			if r := doc.Requirements; err != nil || r.CPU.Set != (older || given != "") || r.RAM.Set != older || older && r.RAM.Value != 1 {
				t.Errorf("older %t, -c %q: %+v %+v, %v", older, given, r.CPU, r.RAM, err)
			}
		}
	}
}
