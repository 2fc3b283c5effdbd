package runner

import (
	"bytes"
	"os"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// forwarded are the signals that the runner passes on.
var forwarded = []os.Signal{
	syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGQUIT, // to every process
	syscall.SIGUSR1, syscall.SIGUSR2, // to the script, as most programs die of them
}

// Time that processes left by the script have to follow a TERM, and then for the
// kernel to be rid of them. The container's end is the end of any that remain.
const (
	leftoverGrace = 2 * time.Second
	leftoverLimit = 5 * time.Second
)

// A tree is the script's process and all that come from it. The runner is the
// container's first process, or else the reaper of its own descendants, so that it
// becomes the parent of every orphan among them.
type tree struct{ first bool }

func newTree() tree {
	t := tree{first: os.Getpid() == 1}
	if !t.first {
		_ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
	}
	return t
}

// ended is how the script ended and what its processes report to have used.
type ended struct {
	code int
	cpu  time.Duration
	peak int64 // bytes, of the largest single process
	// stopped: a TERM came from outside while the script ran.
	stopped bool
}

// A death is one child that ended.
type death struct {
	pid    int
	status syscall.WaitStatus
	used   syscall.Rusage
}

// wait passes signals on until the script has ended, and then ends and waits for
// whatever else it started.
func (t tree) wait(script int, signals <-chan os.Signal) ended {
	deaths := make(chan death)
	go reap(deaths)
	var e ended
	var kill, limit <-chan time.Time
	for {
		select {
		case d, more := <-deaths:
			if !more {
				return e
			}
			e.cpu += time.Duration(d.used.Utime.Nano() + d.used.Stime.Nano())
			e.peak = max(e.peak, d.used.Maxrss<<10)
			if d.pid == script {
				e.code = exitCode(d.status)
				t.signal(syscall.SIGTERM)
				kill, limit = time.After(leftoverGrace), time.After(leftoverLimit)
			}
		case s := <-signals:
			e.stopped = e.stopped || s == syscall.SIGTERM && kill == nil
			t.forward(script, s)
		case <-kill:
			t.signal(syscall.SIGKILL)
		case <-limit:
			return e
		}
	}
}

// reap reports every child that ends, and closes the channel when none is left.
func reap(deaths chan<- death) {
	defer close(deaths)
	for {
		var d death
		var err error
		d.pid, err = syscall.Wait4(-1, &d.status, 0, &d.used)
		switch err {
		case nil:
			deaths <- d
		case syscall.EINTR:
		default:
			return
		}
	}
}

func (t tree) forward(script int, s os.Signal) {
	switch s := s.(syscall.Signal); s {
	case syscall.SIGUSR1, syscall.SIGUSR2:
		_ = syscall.Kill(script, s)
	default:
		t.signal(s)
	}
}

// signal sends to every process but this one. Only the first process of a container
// may use kill(-1): outside of one it would reach the whole machine.
func (t tree) signal(s syscall.Signal) {
	if t.first {
		_ = syscall.Kill(-1, s)
		return
	}
	for _, pid := range descendants(os.Getpid()) {
		_ = syscall.Kill(pid, s)
	}
}

func exitCode(s syscall.WaitStatus) int {
	if s.Signaled() {
		return 128 + int(s.Signal())
	}
	return s.ExitStatus()
}

// descendants lists the processes that come from a process, parents first.
func descendants(of int) []int {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	children := map[int][]int{}
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil {
			parent := parentOf(pid)
			children[parent] = append(children[parent], pid)
		}
	}
	var all []int
	todo := children[of]
	for len(todo) > 0 {
		pid := todo[0]
		all = append(all, pid)
		todo = append(todo[1:], children[pid]...)
	}
	return all
}

// parentOf reads the parent from /proc; 0 = the process is gone.
func parentOf(pid int) int {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0
	}
	// The name in parentheses may itself hold spaces and parentheses.
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < 2 {
		return 0
	}
	parent, _ := strconv.Atoi(string(fields[1]))
	return parent
}
