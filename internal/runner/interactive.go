package runner

import (
	"crypto/ed25519"
	"fmt"
	"net"
	"os"
	"path"
	"slices"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"godocker"
	"godocker/internal/runner/spec"
	"godocker/internal/runner/sshd"
)

// What the runner keeps of its rights while people can log in: what it takes to signal
// programs of the user and to start more of them, and until it listens, its port.
const (
	sessionRights = 1<<unix.CAP_KILL | 1<<unix.CAP_SETUID | 1<<unix.CAP_SETGID | 1<<unix.CAP_SETPCAP
	listenRights  = sessionRights | 1<<unix.CAP_NET_BIND_SERVICE
)

// An interactive attempt: its script first, and then logins until it is told to end.
type interactive struct {
	spec    spec.Spec
	session spec.Session
	folder  *folder
	family  *family
	tree    tree
	null    *os.File
}

// runSession takes the place of runScript. The session's file is gone and this process's
// memory is closed before the first program of the user runs.
func runSession(s spec.Spec, f *folder, out, errs *os.File, signals <-chan os.Signal) (ended, error) {
	session, err := spec.TakeSession(spec.SessionFile)
	if err != nil {
		return ended{}, refuse(spec.ExitCannotRun, "who may log in is not known: %v", err)
	}
	if err := hideMemory(); err != nil {
		return ended{}, err
	}
	argv, err := prepare(s, f)
	if err != nil {
		return ended{}, err
	}
	null, err := openNull()
	if err != nil {
		return ended{}, err
	}
	i := newInteractive(s, session, f)
	i.null = null
	if session.WarnIn > 0 { // nobody sends a signal
		time.AfterFunc(session.WarnIn, func() { _ = syscall.Kill(os.Getpid(), syscall.SIGUSR1) })
	}
	if argv != nil {
		stopped, err := i.script(argv, out, errs, signals)
		if err != nil || stopped {
			return i.end(nil), err
		}
	}
	return i.serve(signals)
}

// hideMemory keeps what this process knows from all programs of the container.
func hideMemory() error {
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return refuse(spec.ExitCannotRun, "the session cannot be kept from other programs: %v", err)
	}
	return nil
}

func newInteractive(s spec.Spec, session spec.Session, f *folder) *interactive {
	i := &interactive{spec: s, session: session, folder: f, family: newFamily(), tree: newTree()}
	go i.family.reap()
	return i
}

// start is launch, with the end of the program told to who started it.
func (i *interactive) start(argv, env []string, files []*os.File, terminal bool) (sshd.Process, error) {
	pid, done, err := i.family.start(func() (int, error) { return launch(i.spec, argv, env, files, terminal) })
	if err != nil {
		return sshd.Process{}, fmt.Errorf("%s cannot be started: %w", argv[0], startError(i.spec, err))
	}
	return sshd.Process{PID: pid, Done: done}, nil
}

// keepOnly leaves a task as root what its programs are to inherit.
func (i *interactive) keepOnly(rights uint32) {
	if !i.spec.Root {
		keepOnly(rights)
	}
}

// script runs cmd.sh. What it leaves running goes on; how it ended is for people to see.
func (i *interactive) script(argv []string, out, errs *os.File, signals <-chan os.Signal) (stopped bool, err error) {
	p, err := i.start(argv, environ(i.spec, os.Environ()), []*os.File{i.null, out, errs}, false)
	if err != nil {
		return false, refuse(spec.ExitCannotRun, "%v", err)
	}
	i.keepOnly(listenRights)
	for {
		select {
		case status := <-p.Done:
			if code := exitCode(status); code != 0 && !stopped {
				fmt.Fprintf(errs, "godocker: %s ended with exit code %d; you can log in nevertheless\n", spec.Script, code)
			}
			return stopped, nil
		case sig := <-signals:
			stopped = stopped || ends(sig)
			if sig != syscall.SIGUSR1 || i.session.WarnScript {
				i.tree.forward(p.PID, sig)
			}
		}
	}
}

// ends reports whether a signal tells the task to end.
func ends(s os.Signal) bool {
	return s == syscall.SIGTERM || s == syscall.SIGINT || s == syscall.SIGQUIT
}

// serve lets people log in until a signal tells it to end.
func (i *interactive) serve(signals <-chan os.Signal) (ended, error) {
	l, err := net.Listen("tcp", ":"+strconv.Itoa(spec.SessionPort))
	if err != nil {
		return i.end(nil), refuse(spec.ExitCannotRun, "people could not log in: %v", err)
	}
	i.keepOnly(sessionRights)
	server, err := sshd.New(i.session, i.host())
	if err != nil {
		return i.end(nil), refuse(spec.ExitCannotRun, "people could not log in: %v", err)
	}
	go func() { _ = server.Serve(l) }()
	i.folder.replaceFile(path.Base(spec.ReadyFile(i.spec.Attempt)),
		spec.SignReady(i.spec.Task, i.spec.Attempt, ed25519.NewKeyFromSeed(i.session.HostKey)))
	rest := i.watchUse(server)
	for sig := range signals {
		switch {
		case ends(sig):
			rest()
			_ = l.Close()
			return i.end(server), nil
		case sig == syscall.SIGUSR1:
			i.warn(server)
		}
	}
	return ended{}, nil
}

// warn tells everybody that the time of the task is nearly up.
func (i *interactive) warn(server *sshd.Server) {
	text := "The time of this task is nearly up"
	if w := i.session.Warn; w > 0 {
		text += fmt.Sprintf(": it ends in %s, at %s", godocker.FormatLifespan(w), time.Now().Add(w).Format("15:04:05 MST"))
	}
	server.Say(text + ". Save your work.")
	server.Notice(text + ".")
}

// end ends all programs and then whoever is logged in, server being nil before that.
func (i *interactive) end(server *sshd.Server) ended {
	if server != nil {
		server.Say("This task is being ended.")
	}
	kill, limit := time.After(leftoverGrace), time.After(leftoverLimit)
	i.tree.signal(syscall.SIGTERM)
	i.tree.signal(syscall.SIGHUP) // to shells on terminals, which do not follow TERM
	alone := i.family.alone()
	for waiting := true; waiting; {
		select {
		case <-alone:
			waiting = false
		case <-kill:
			i.tree.signal(syscall.SIGKILL)
		case <-limit:
			waiting = false
		}
	}
	if server != nil {
		server.Close()
	}
	e := i.family.used()
	e.code, e.stopped = 128+int(syscall.SIGTERM), true
	return e
}

// host is the task for the server.
func (i *interactive) host() sshd.Host {
	h := sshd.Host{AsUser: i.folder.do, Env: environ(i.spec, os.Environ()), Files: []string{self(), "sftp"},
		Start: func(p sshd.Program) (sshd.Process, error) { return i.start(p.Args, p.Env, p.Files, p.Terminal) }}
	shell := interpreter{lookPath: lookPath, self: self()}.shell()
	h.Login, h.Command = shell, slices.Concat(shell, []string{"-c"})
	if lookPath("scp") == "" {
		h.Copy = []string{self(), "scp"}
	}
	return h
}
