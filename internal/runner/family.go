package runner

import (
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// A family is all programs of an interactive attempt, and the orphans that they leave.
type family struct {
	mu     sync.Mutex
	wanted map[int]chan<- syscall.WaitStatus // who wants to hear of which end
	e      ended
	lonely []chan struct{} // closed when there is no child
	deaths chan os.Signal
}

func newFamily() *family {
	y := &family{wanted: map[int]chan<- syscall.WaitStatus{}, deaths: make(chan os.Signal, 1)}
	signal.Notify(y.deaths, syscall.SIGCHLD)
	return y
}

// start notes who wants to hear of an end before it can be seen.
func (y *family) start(launch func() (int, error)) (pid int, done <-chan syscall.WaitStatus, err error) {
	y.mu.Lock()
	defer y.mu.Unlock()
	if pid, err = launch(); err != nil {
		return 0, nil, err
	}
	end := make(chan syscall.WaitStatus, 1)
	y.wanted[pid] = end
	return pid, end, nil
}

// reap takes note of every child that ends, for as long as this process lives.
func (y *family) reap() {
	for range y.deaths {
		y.mu.Lock()
		y.bury()
		y.mu.Unlock()
	}
}

// bury takes all that have ended. The caller holds the lock.
func (y *family) bury() {
	for {
		var status syscall.WaitStatus
		var used syscall.Rusage
		pid, err := syscall.Wait4(-1, &status, syscall.WNOHANG, &used)
		switch err {
		case syscall.EINTR:
			continue
		case syscall.ECHILD:
			for _, c := range y.lonely {
				close(c)
			}
			y.lonely = nil
		}
		if pid <= 0 {
			return
		}
		y.e.cpu += time.Duration(used.Utime.Nano() + used.Stime.Nano())
		y.e.peak = max(y.e.peak, used.Maxrss<<10)
		if c := y.wanted[pid]; c != nil {
			c <- status
			delete(y.wanted, pid)
		}
	}
}

// alone returns a channel that is closed when there is no child any more.
func (y *family) alone() <-chan struct{} {
	y.mu.Lock()
	defer y.mu.Unlock()
	c := make(chan struct{})
	y.lonely = append(y.lonely, c)
	y.bury()
	return c
}

// used is what programs that ended report to have used.
func (y *family) used() ended {
	y.mu.Lock()
	defer y.mu.Unlock()
	return y.e
}
