// Package spec holds what the server and the runner inside a container must agree
// on: the paths, the command line and the result file. It imports only the
// standard library, so that both sides may use it.
package spec

import (
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Paths inside a container.
const (
	Path = "/.godrun"       // the runner itself, mounted read-only
	Dir  = "/mnt/go-docker" // the task's folder
	Tmp  = "/tmp-data"      // temporary storage
)

// Files in the task's folder. The folder belongs to the user: whoever reads one of
// them must expect anything in its place.
const (
	Script   = "cmd.sh"   // what the task does; written by the server
	Log      = "god.log"  // its standard output
	ErrLog   = "god.err"  // its standard error, and what the runner has to say
	Info     = "god.info" // epoch of the start and of the end, a line each
	EnvFile  = "god.env"  // written by the server, for people
	StateDir = ".god"     // markers and results of the attempts
)

// User is the name of the user and of the group that a script runs as.
const User = "godocker"

// Exit codes of the runner that do not come from the script. A sentence in god.err
// and in Result.Error says more.
const (
	ExitRepeated  = 125 // the attempt ran before, and was not run again
	ExitCannotRun = 126 // the script is there but could not be started
	ExitNotFound  = 127 // there is no script, or not the interpreter it asks for
)

// A Spec says how the runner is to run one attempt.
type Spec struct {
	Task    int64
	Attempt int
	UID     int
	GID     int
	Groups  []int // secondary groups
	Root    bool  // run as root, which also owns the folder while it runs; UID and GID then only name the user
	Dir     string
	Mounts  []Mount // those that must be what the server saw
	Tmp     bool    // there is temporary storage, to be given to the user

	Interactive bool // people log in to it; the Session says who
}

// A Mount is a folder that the server looked at before the engine mounted it.
type Mount struct {
	Target   string
	Identity string // as volume.Identify gives it
}

// Args is the whole command of the container, the runner's path first.
func (s Spec) Args() []string { return s.command("run") }

// JoinArgs is the command of a runner that leads people to an attempt which runs; its
// Session is what it reads first.
func (s Spec) JoinArgs() []string { return s.command("join") }

func (s Spec) command(verb string) []string {
	args := []string{Path, verb,
		"--task", strconv.FormatInt(s.Task, 10), "--attempt", strconv.Itoa(s.Attempt),
		"--uid", strconv.Itoa(s.UID), "--gid", strconv.Itoa(s.GID)}
	if len(s.Groups) > 0 {
		args = append(args, "--groups", join(s.Groups))
	}
	if s.Root {
		args = append(args, "--root")
	}
	if s.Tmp {
		args = append(args, "--tmp")
	}
	if s.Interactive {
		args = append(args, "--interactive")
	}
	for _, m := range s.Mounts {
		args = append(args, "--mount", m.Identity+"="+m.Target)
	}
	return append(args, "--dir", s.dir())
}

func (s Spec) dir() string {
	if s.Dir == "" {
		return Dir
	}
	return s.Dir
}

// Parse reads back what Args wrote, without the first two words.
func Parse(args []string) (Spec, error) {
	var s Spec
	var groups string
	f := flag.NewFlagSet("godrun", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.Int64Var(&s.Task, "task", 0, "id of the task")
	f.IntVar(&s.Attempt, "attempt", 0, "number of the attempt, from 1")
	f.IntVar(&s.UID, "uid", -1, "numeric user id")
	f.IntVar(&s.GID, "gid", -1, "numeric group id")
	f.StringVar(&groups, "groups", "", "secondary group ids, separated by commas")
	f.BoolVar(&s.Root, "root", false, "run the script as root")
	f.BoolVar(&s.Tmp, "tmp", false, "give the user the temporary storage")
	f.BoolVar(&s.Interactive, "interactive", false, "let people log in after the script")
	f.StringVar(&s.Dir, "dir", Dir, "the task's folder")
	f.Func("mount", "identity=folder: a mount and what it must be", func(text string) error {
		id, target, ok := strings.Cut(text, "=")
		if !ok || id == "" || !strings.HasPrefix(target, "/") {
			return fmt.Errorf("want IDENTITY=FOLDER, got %q", text)
		}
		s.Mounts = append(s.Mounts, Mount{Target: target, Identity: id})
		return nil
	})
	if err := f.Parse(args); err != nil {
		return Spec{}, err
	}
	var err error
	if s.Groups, err = split(groups); err != nil {
		return Spec{}, err
	}
	switch {
	case f.NArg() > 0:
		return Spec{}, fmt.Errorf("unexpected argument %q", f.Arg(0))
	case s.Attempt < 1:
		return Spec{}, fmt.Errorf("--attempt must be 1 or more")
	case s.UID < 0 || s.GID < 0:
		return Spec{}, fmt.Errorf("--uid and --gid are required and not negative")
	case !strings.HasPrefix(s.Dir, "/"):
		return Spec{}, fmt.Errorf("--dir %q is not an absolute path", s.Dir)
	}
	return s, nil
}

func join(ids []int) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = strconv.Itoa(id)
	}
	return strings.Join(words, ",")
}

func split(text string) ([]int, error) {
	var ids []int
	for word := range strings.SplitSeq(text, ",") {
		if word == "" {
			continue
		}
		id, err := strconv.Atoi(word)
		if err != nil || id < 0 {
			return nil, fmt.Errorf("--groups: %q is not a group id", word)
		}
		ids = append(ids, id)
	}
	return ids, nil
}
