package scenarios

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"godocker/api"

	"github.com/rogpeppe/go-internal/testscript"
)

// patience is how long a story waits for anything.
const patience = 60 * time.Second

// as NAME makes the client that person's from here on.
func as(ts *testscript.TestScript, _ bool, args []string) {
	home := filepath.Join(ts.Getenv("WORK"), "desk", args[0])
	ts.Check(os.MkdirAll(home, 0o755))
	ts.Setenv("HOME", home)
	if _, err := os.Stat(filepath.Join(home, ".godocker_auth")); err != nil {
		ts.Check(ts.Exec("godlogin", "-s", ts.Getenv("SERVER"), "-l", args[0], "-a", ts.Getenv(strings.ToUpper(args[0]))))
	}
}

var added = regexp.MustCompile(`(?m)^Task added\. Job id is (\d+)$`)

// task VARIABLE FLAGS... submits a small task with godjob create and keeps its id.
func task(ts *testscript.TestScript, _ bool, args []string) {
	flags := args[1:]
	for flag, value := range map[string]string{"-c": "0.1", "-r": "0.1", "-i": debian} {
		if !slices.Contains(flags, flag) {
			flags = append([]string{flag, value}, flags...)
		}
	}
	ts.Check(ts.Exec("godjob", append([]string{"create"}, flags...)...))
	id := added.FindStringSubmatch(ts.ReadFile("stdout"))
	if id == nil {
		ts.Fatalf("godjob create did not print Task added. Job id is N")
	}
	ts.Setenv(args[0], id[1])
}

// exits CODE PROGRAM ARGUMENTS... runs a program that must exit with the code.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var ended *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &ended) {
		got = ended.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// waitfor PATTERN PROGRAM ARGUMENTS... runs a program again and again until its
// standard output matches.
func waitfor(ts *testscript.TestScript, _ bool, args []string) {
	re, err := regexp.Compile("(?m)" + args[0])
	ts.Check(err)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); time.Now().Before(end); <-tick.C {
		if ts.Exec(args[1], args[2:]...) == nil && re.MatchString(ts.ReadFile("stdout")) {
			return
		}
	}
	ts.Fatalf("%s did not come to print %q", strings.Join(args[1:], " "), args[0])
}

// http METHOD PATH [HEADER: VALUE]... [BODY] makes a request, and shows the status, the headers
// and the body of the answer.
func request(ts *testscript.TestScript, _ bool, args []string) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	body := ""
	if len(args) > 2 && !header.MatchString(args[len(args)-1]) {
		body, args = args[len(args)-1], args[:len(args)-1]
	}
	req, err := http.NewRequestWithContext(ctx, args[0], ts.Getenv("SERVER")+args[1], strings.NewReader(body))
	ts.Check(err)
	for _, line := range args[2:] {
		name, value, _ := strings.Cut(line, ": ")
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer resp.Body.Close()
	fmt.Fprintln(ts.Stdout(), resp.Status)
	ts.Check(resp.Header.Write(ts.Stdout()))
	_, err = io.Copy(ts.Stdout(), resp.Body)
	ts.Check(err)
}

var header = regexp.MustCompile(`^[A-Za-z-]+: `)

// token VARIABLE USER KEY logs in by the interface itself.
func token(ts *testscript.TestScript, _ bool, args []string) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	body, err := json.Marshal(api.Credentials{User: args[1], APIKey: args[2]})
	ts.Check(err)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, ts.Getenv("SERVER")+"/api/1.0/authenticate", bytes.NewReader(body))
	ts.Check(err)
	resp, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer resp.Body.Close()
	var got api.Token
	if err := json.NewDecoder(resp.Body).Decode(&got); err != nil || got.Token == "" {
		ts.Fatalf("logging in as %s: %s", args[1], resp.Status)
	}
	ts.Setenv(args[0], got.Token)
}

// append FILE LINE adds a line to a file.
func appendLine(ts *testscript.TestScript, _ bool, args []string) {
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_APPEND|os.O_WRONLY, 0)
	ts.Check(err)
	defer f.Close()
	_, err = fmt.Fprintln(f, args[1])
	ts.Check(err)
}
