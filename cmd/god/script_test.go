package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
)

// read submits a script with the given options and returns what it asks for.
func read(t *testing.T, text string, line ...string) (*ask, []int, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "align.sh")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	given := pflag.NewFlagSet("", pflag.ContinueOnError)
	given.SetInterspersed(false)
	new(ask).flags(given)
	if err := given.Parse(append(line, path)); err != nil {
		t.Fatal(err)
	}
	return (&client{older: true}).fromScript(given, path, nil)
}

func TestScriptsThatSayWhatTheyNeed(t *testing.T) {
	k, late, err := read(t, "#!/bin/bash\n#GOD --cpu 4 --ram=16 -v home data:ro\n\n# a remark\n#GOD\t-n 'the name' -l disk==ssd -l \"os==linux\"\n#GOD -t a,b -v more # and so on\n#GODFATHER --cpu 9\necho one\n#GOD --cpu 8\n",
		"--cpu", "2", "-l", "only==this", "-v", "mine")
	if err != nil || k.cpu != 2 || k.ram != 16 || k.name != "the name" || k.tags != "a,b" {
		t.Errorf("%+v, %v", k, err)
	}
	for _, lists := range [][2][]string{{k.labels, {"only==this"}}, {k.volumes, {"mine"}}} {
		if diff := cmp.Diff(lists[0], lists[1]); diff != "" {
			t.Errorf("the command line goes before the script: %s", diff)
		}
	}
	if fmt.Sprint(late) != "[9]" {
		t.Errorf("the lines %v come too late, want 9", late)
	}
	k, _, err = read(t, "#GOD -v home data:ro\n#GOD -v more --retry 0\ntrue\n")
	if diff := cmp.Diff(k.volumes, []string{"home", "data:ro", "more"}); diff != "" || err != nil || k.cpu != 1 || k.name != "align.sh" || !k.retrySet {
		t.Errorf("%+v, %v %s", k, err, diff)
	}
	if text, err := k.text(); err != nil || text != "#GOD -v home data:ro\n#GOD -v more --retry 0\ntrue\n" {
		t.Errorf("the script is %q, %v", text, err)
	}
}

func TestMistakesInScripts(t *testing.T) {
	for text, want := range map[string]string{
		"#GOD --cpu 4\n#GOD --cores 4\n": "align.sh:2: unknown flag: --cores",
		"#!/bin/sh\n\n#GOD --cpu four\n": `align.sh:3: invalid argument "four" for "-c, --cpu"`,
		"#GOD cpu=4\n":                   `align.sh:1: "cpu=4" is no option`,
		"#GOD -n $USER\n":                "align.sh:1: nothing is expanded",
		"#GOD -n \"`id`\"\n":             "align.sh:1: nothing is expanded",
		"#GOD -n 'open\n":                "align.sh:1: ",
		"#GOD --cmd true\n":              "align.sh:1: --cmd has no place in a script",
	} {
		if _, _, err := read(t, text); exitOf(err) != 2 || !strings.Contains(words(err), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	if _, _, err := read(t, "true\n", "--cmd", "x"); exitOf(err) != 2 {
		t.Errorf("--cmd with a script: %v", err)
	}
}

func FuzzDirectives(f *testing.F) {
	for _, line := range []string{"--cpu 4", "-v a b", "'", "-n $x", `\ `, "--", "-n \"a\\\"b\""} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		flags := pflag.NewFlagSet("", pflag.ContinueOnError)
		k := &ask{}
		k.flags(flags)
		if err := k.directive(flags, line); err == nil && k.cmd != "" {
			t.Errorf("%q sets the script", line)
		}
	})
}
