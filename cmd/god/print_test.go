package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"godocker"
	"godocker/api"
)

func TestDocumentsOfOneTask(t *testing.T) {
	task := api.Task{ID: 7, Meta: api.Meta{Name: "n: #1", Tags: []string{}}, Command: api.Command{Cmd: "#!/bin/sh\necho <&>\n"}}
	for form, words := range map[string][]string{
		"json": {"\n  \"id\": 7,", `echo <&>\n`},
		"yaml": {"id: 7\n", "name: 'n: #1'", "cmd: |\n    #!/bin/sh\n    echo <&>\n", "tags: []"},
	} {
		var b bytes.Buffer
		if done, err := (&client{output: form}).document(&b, task); !done || err != nil {
			t.Fatal(form, done, err)
		}
		for _, w := range words {
			if !strings.Contains(b.String(), w) {
				t.Errorf("the %s lacks %q:\n%s", form, w, b.String())
			}
		}
	}
	if _, err := (&client{output: "xml"}).document(&bytes.Buffer{}, task); exitOf(err) != 2 {
		t.Errorf("an unknown form: %v", err)
	}
}

// What others name cannot steer the terminal, nor break the lines of a table.
func TestTablesStayTables(t *testing.T) {
	task := api.Task{ID: 7, Meta: api.Meta{Name: "a\x1b[31m\nb\u009b"}, Status: api.Status{Primary: "pending"}}
	var b bytes.Buffer
	if err := (&client{output: "table"}).printTasks(&b, []api.Task{task}); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); strings.ContainsAny(got, "\x1b\u009b") || strings.Count(got, "\n") != 2 {
		t.Errorf("the table is %q", got)
	}
}

// Where a task is, and where its ports are reached, is in what is shown of it.
func TestTasksTellWhereTheyAre(t *testing.T) {
	here := api.Task{ID: 7, Container: api.Container{Executor: "farm", Meta: &api.ContainerMeta{Node: api.Node{Name: "n2"}},
		PortMapping: []api.PortMapping{{Host: 30001, Container: 8080}, {Host: 30002, Container: 22, IP: "fd00::1"}}}}
	later := api.Task{ID: 8, Requirements: api.Requirements{Executor: "away:night"}}
	var b bytes.Buffer
	for _, k := range []api.Task{here, later} {
		if err := (&client{output: "table"}).printTask(&b, k); err != nil {
			t.Fatal(err)
		}
	}
	got := strings.Join(strings.Fields(b.String()), " ")
	for _, w := range []string{"Executor: farm Node: n2 Ports: n2:30001 -> 8080, [fd00::1]:30002 -> 22", "Executor: away"} {
		if !strings.Contains(got, w) {
			t.Errorf("%q is not in %q", w, got)
		}
	}
	b.Reset()
	if err := (&client{output: "wide"}).printTasks(&b, []api.Task{here, later}); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Split(b.String(), "\n"); !strings.Contains(lines[0], "EXECUTOR") || !strings.Contains(lines[1], "farm") || !strings.Contains(lines[2], "away") {
		t.Errorf("the table is\n%s", b.String())
	}
	b.Reset()
	if err := printElements(&b, []api.Task{here}, true); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Split(b.String(), "\n"); !strings.HasSuffix(lines[0], "EXECUTOR  NODE") || !strings.HasSuffix(lines[1], "farm      n2") {
		t.Errorf("the elements are\n%s", b.String())
	}
}

func TestSizes(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 1023: "1023 B", 1024: "1.0 KiB", 1536: "1.5 KiB", 5 << 30: "5.0 GiB", 1 << 62: "4096.0 PiB"} {
		if got := bytesWord(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

func TestErrorsInWordsAndCodes(t *testing.T) {
	one := godocker.Errorf(godocker.NotFound, "task 1 does not exist")
	two := godocker.FieldErrors([]godocker.FieldError{{Field: "a", Message: "x"}, {Field: "b", Message: "y"}})
	for _, c := range []struct {
		err   error
		words string
		code  int
	}{
		{one, "task 1 does not exist", 5},
		{fmt.Errorf("more: %w", one), "task 1 does not exist", 5},
		{two, "The task was not accepted:\n  a: x\n  b: y", 2},
		{errors.Join(one, errors.New("plain")), "task 1 does not exist\nplain", 5},
		{errors.New("plain"), "plain", 1},
	} {
		if got := words(c.err); got != c.words || exitOf(c.err) != c.code {
			t.Errorf("%v: %q and %d, want %q and %d", c.err, got, exitOf(c.err), c.words, c.code)
		}
	}
}
