// Package runner is the first process of every container. It sees to it that an
// attempt runs once, makes the user known by name, gives up every right that the
// script must not have, runs the script, ends what the script leaves behind and
// writes down what it used.
//
// The task's folder belongs to the user, who may put anything there. So all files
// in it are opened with the user's own rights, by a thread that has no others
// (see folder), and a link or a pipe in a file's place is refused.
package runner

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"godocker/internal/runner/spec"
)

// A refusal is why the script was not started: an exit code and a sentence.
type refusal struct {
	code int
	text string
}

func (r *refusal) Error() string { return r.text }

func refuse(code int, format string, args ...any) *refusal {
	return &refusal{code, fmt.Sprintf(format, args...)}
}

// Run executes one attempt from start to end and returns the exit code for the
// process: the script's own, 128 + n where signal n ended it, or one of package
// spec. It changes the rights of the whole process, so it is called once.
func Run(s spec.Spec) int {
	// Before anything else: a signal that comes while the script is not yet
	// started waits in the channel and is delivered as soon as it is.
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, forwarded...)

	f, err := openFolder(s)
	if err != nil {
		return complain(os.Stderr, spec.ExitCannotRun, err)
	}
	out, errs, err := f.openLogs()
	if err != nil {
		return complain(os.Stderr, spec.ExitCannotRun, err)
	}
	if err := f.claim(s); err != nil {
		return complain(errs, spec.ExitRepeated, err)
	}
	r := spec.Result{Started: time.Now()}
	f.writeInfo(r.Started)
	before := measure()
	work := runScript
	if s.Interactive {
		work = runSession
	}
	stop := f.watchUse(s.Attempt, before)
	used, err := work(s, f, out, errs, signals)
	stop()
	if err != nil {
		used.code = complain(errs, spec.ExitCannotRun, err)
		r.Error = err.Error()
	}
	r.ExitCode, r.Ended, r.Stopped = used.code, time.Now(), used.stopped
	measure().since(before).or(used).into(&r)
	f.writeInfo(r.Ended)
	f.writeResult(s.Attempt, r)
	return r.ExitCode
}

// complain tells the user why there is no result, and gives the exit code.
func complain(to *os.File, code int, err error) int {
	if r, ok := errors.AsType[*refusal](err); ok {
		code = r.code
	}
	fmt.Fprintf(to, "godocker: %v\n", err)
	return code
}

func runScript(s spec.Spec, f *folder, out, errs *os.File, signals <-chan os.Signal) (ended, error) {
	argv, err := prepare(s, f)
	if err != nil {
		return ended{}, err
	}
	null, err := openNull()
	if err != nil {
		return ended{}, err
	}
	t := newTree()
	pid, err := launch(s, argv, environ(s, os.Environ()), []*os.File{null, out, errs}, false)
	if err != nil {
		return ended{}, refuse(spec.ExitCannotRun, "%s cannot be started: %v", argv[0], startError(s, err))
	}
	keepOnly(1 << unix.CAP_KILL)
	return t.wait(pid, signals), nil
}

// prepare makes the container ready for the user's programs, and returns the command
// that runs the script.
func prepare(s spec.Spec, f *folder) (argv []string, err error) {
	if err := checkMounts(s.Mounts); err != nil {
		return nil, err
	}
	if s.Tmp && !s.Root && os.Geteuid() == 0 {
		if err := giveTmp(spec.Tmp, s.UID, s.GID); err != nil {
			return nil, err
		}
	}
	if os.Geteuid() == 0 {
		nameUser(s, "/")
	}
	head, err := f.readHead(spec.Script)
	if err != nil || s.Interactive && len(head) == 0 {
		return nil, err
	}
	return interpreter{lookPath: lookPath, self: self()}.choose(head, s.Dir+"/"+spec.Script)
}

func openNull() (*os.File, error) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return nil, refuse(spec.ExitCannotRun, "the container has no %s: %v", os.DevNull, err)
	}
	return null, nil
}

func startError(s spec.Spec, err error) error {
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EINVAL) {
		return fmt.Errorf("the engine does not let the container become user %d, group %d: %w", s.UID, s.GID, err)
	}
	return err
}

// environ is what the script finds: the image's and the engine's variables, and
// those that name the user.
func environ(s spec.Spec, image []string) []string {
	home, user := os.Getenv("GODOCKER_HOME"), spec.User
	if home == "" {
		home = s.Dir
	}
	if s.Root {
		home, user = os.Getenv("HOME"), "root"
		if home == "" {
			home = "/root"
		}
	}
	set := [][2]string{{"HOME", home}, {"USER", user}, {"LOGNAME", user}, {"PWD", s.Dir}}
	if os.Getenv("PATH") == "" {
		set = append(set, [2]string{"PATH", defaultPath})
	}
	if gpus := swarmGPUs(image); gpus != "" {
		set = append(set, [2]string{"GODOCKER_GPUS", gpus})
	}
	env := make([]string, 0, len(image)+len(set))
	for _, kv := range image {
		name, _, _ := strings.Cut(kv, "=")
		if !replaced(set, name) {
			env = append(env, kv)
		}
	}
	for _, kv := range set {
		env = append(env, kv[0]+"="+kv[1])
	}
	return env
}

// swarmGPUs are the names of the gpus that a swarm chose, or "" if it says none. It says so in
// DOCKER_RESOURCE_ and the kind of the resource, which may be a name that no shell can read;
// what has no name is a number there.
func swarmGPUs(env []string) string {
	for _, kv := range env {
		name, value, _ := strings.Cut(kv, "=")
		if _, err := strconv.Atoi(value); err != nil && strings.HasPrefix(name, "DOCKER_RESOURCE_") {
			return value
		}
	}
	return ""
}

func replaced(set [][2]string, name string) bool {
	for _, kv := range set {
		if kv[0] == name {
			return true
		}
	}
	return name == "OLDPWD"
}

func (f *folder) writeResult(attempt int, r spec.Result) {
	b, err := json.Marshal(r)
	if err != nil {
		return // times out of the range of JSON; nothing reads them then
	}
	f.replace(attempt, b)
}
