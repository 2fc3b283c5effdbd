package main

import (
	"os"
	"strings"
	"testing"
)

// Every name that the build links to the program is a part of it, and every part that
// the original had a name for is linked.
func TestNames(t *testing.T) {
	text, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "NAMES    := ")
	line, _, _ := strings.Cut(rest, "\n")
	linked := strings.Fields(line)
	for _, name := range strings.Fields("godlogin godjob godbatch godfile godimage godproject goduser godssh") {
		if !strings.Contains(" "+line+" ", " "+name+" ") {
			t.Errorf("the build does not link %s", name)
		}
	}
	for _, name := range linked {
		for _, called := range []string{name, name + ".py"} {
			if c := command(called); c.Name() != name {
				t.Errorf("called as %s it is %s", called, c.Name())
			}
		}
	}
	for _, called := range []string{"god", "god.py", "gojob", "something"} {
		if c := command(called); c.Name() != "god" {
			t.Errorf("called as %s it is %s", called, c.Name())
		}
	}
}

func TestNoTwoCommandsHaveOneName(t *testing.T) {
	for _, name := range []string{"god", "godjob", "godproject"} {
		seen := map[string]bool{}
		for _, c := range command(name).Commands() {
			if seen[c.Name()] {
				t.Errorf("%s has two commands %s", name, c.Name())
			}
			seen[c.Name()] = true
		}
	}
}
