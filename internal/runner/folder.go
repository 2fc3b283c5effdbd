package runner

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"runtime"
	"syscall"
	"time"

	"godocker/internal/runner/spec"
)

// A folder is the task's folder. All work in it is done by one thread which has the
// user's rights on files and none of root's, and which keeps them when the rest of
// the process has given up the right to change user. This also makes new files the
// user's, and works on a network file system that distrusts root.
type folder struct {
	path  string
	dir   int // open file descriptor of the folder
	state int // of its sub-folder for markers and results
	info  *os.File
	jobs  chan func()
}

func openFolder(s spec.Spec) (*folder, error) {
	f := newFolder(s)
	var err error
	f.do(func() { err = f.open() })
	return f, err
}

// newFolder has the thread, and opens nothing.
func newFolder(s spec.Spec) *folder {
	f := &folder{path: s.Dir, jobs: make(chan func())}
	if s.Root {
		go f.serve(0, 0) // the folder is closed to the user until the task is over
	} else {
		go f.serve(s.UID, s.GID)
	}
	return f
}

// serve runs on a thread of its own, which ends with the process.
func (f *folder) serve(uid, gid int) {
	runtime.LockOSThread()
	// Raw calls on purpose: package syscall would change every thread. Without
	// the right to change user these do nothing, and that is right as well.
	_, _, _ = syscall.RawSyscall(syscall.SYS_SETGROUPS, 0, 0, 0)
	_, _, _ = syscall.RawSyscall(syscall.SYS_SETFSGID, uintptr(gid), 0, 0)
	_, _, _ = syscall.RawSyscall(syscall.SYS_SETFSUID, uintptr(uid), 0, 0)
	for job := range f.jobs {
		job()
	}
}

func (f *folder) do(job func()) {
	done := make(chan struct{})
	f.jobs <- func() { defer close(done); job() }
	<-done
}

const openDir = syscall.O_RDONLY | syscall.O_DIRECTORY | syscall.O_NOFOLLOW | syscall.O_CLOEXEC

func (f *folder) open() (err error) {
	if f.dir, err = syscall.Open(f.path, openDir, 0); err != nil {
		return refuse(spec.ExitNotFound, "the task's folder %s cannot be opened: %v", f.path, err)
	}
	if err := syscall.Mkdirat(f.dir, spec.StateDir, 0o755); err != nil && err != syscall.EEXIST {
		return refuse(spec.ExitCannotRun, "the task's folder cannot be written: %v", err)
	}
	if f.state, err = syscall.Openat(f.dir, spec.StateDir, openDir, 0); err != nil {
		return refuse(spec.ExitCannotRun, "%s in the task's folder cannot be opened: %v", spec.StateDir, err)
	}
	f.info, err = f.openFile(spec.Info, syscall.O_WRONLY|syscall.O_CREAT|syscall.O_TRUNC)
	return err
}

// openFile opens an ordinary file of the folder; anything else in its place, a link
// or a pipe that would block for ever, is an error.
func (f *folder) openFile(name string, flags int) (*os.File, error) {
	const safe = syscall.O_NOFOLLOW | syscall.O_NONBLOCK | syscall.O_NOCTTY | syscall.O_CLOEXEC
	fd, err := syscall.Openat(f.dir, name, flags|safe, 0o644)
	if err != nil {
		return nil, refuse(spec.ExitCannotRun, "%s in the task's folder cannot be opened: %v", name, err)
	}
	var st syscall.Stat_t
	if err := syscall.Fstat(fd, &st); err != nil || st.Mode&syscall.S_IFMT != syscall.S_IFREG {
		syscall.Close(fd)
		return nil, refuse(spec.ExitCannotRun, "%s in the task's folder is not an ordinary file", name)
	}
	if err := syscall.SetNonblock(fd, false); err != nil {
		syscall.Close(fd)
		return nil, refuse(spec.ExitCannotRun, "%s in the task's folder: %v", name, err)
	}
	return os.NewFile(uintptr(fd), name), nil
}

func (f *folder) openLogs() (out, errs *os.File, err error) {
	f.do(func() {
		const how = syscall.O_WRONLY | syscall.O_CREAT | syscall.O_APPEND
		if out, err = f.openFile(spec.Log, how); err == nil {
			errs, err = f.openFile(spec.ErrLog, how)
		}
	})
	return out, errs, err
}

// claim makes the attempt ours. Creating the marker exclusively is atomic, also on
// network file systems, so of any number of runners one gets it.
func (f *folder) claim(s spec.Spec) (err error) {
	f.do(func() {
		fd, e := syscall.Openat(f.state, fmt.Sprintf("attempt-%d", s.Attempt),
			syscall.O_WRONLY|syscall.O_CREAT|syscall.O_EXCL|syscall.O_CLOEXEC, 0o644)
		switch {
		case e == syscall.EEXIST:
			err = refuse(spec.ExitRepeated, "attempt %d of task %d ran before and is not run again", s.Attempt, s.Task)
		case e != nil:
			err = refuse(spec.ExitCannotRun, "the task's folder cannot be written: %v", e)
		default:
			syscall.Close(fd)
			f.reserve(s.Attempt)
		}
	})
	return err
}

// reserve takes the room on the disk that the result will need, so that a missing
// result means that the runner was ended, and not that the disk is full.
func (f *folder) reserve(attempt int) {
	fd, err := syscall.Openat(f.state, path.Base(spec.ReserveFile(attempt)),
		syscall.O_WRONLY|syscall.O_CREAT|syscall.O_EXCL|syscall.O_NOFOLLOW|syscall.O_CLOEXEC, 0o644)
	if err != nil {
		return
	}
	_, _ = syscall.Write(fd, bytes.Repeat([]byte{' '}, spec.ReserveSize))
	syscall.Close(fd)
}

func (f *folder) writeInfo(at time.Time) { fmt.Fprintln(f.info, at.Unix()) }

// readHead returns the first bytes of a file, enough for its #! line.
func (f *folder) readHead(name string) (head []byte, err error) {
	f.do(func() {
		var file *os.File
		if file, err = f.openFile(name, syscall.O_RDONLY); err != nil {
			return
		}
		defer file.Close()
		head = make([]byte, 512)
		var n int
		n, err = io.ReadFull(file, head)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = nil
		}
		head = head[:n]
	})
	if r, ok := errors.AsType[*refusal](err); ok {
		return nil, refuse(spec.ExitNotFound, "there is nothing to run: %s", r.text)
	}
	return head, err
}

// replace puts the result in its place, whole or not at all. It fails in silence: a
// full disk at this point must not change how the task ended. What is left of the
// reserve behind the text are spaces.
func (f *folder) replace(attempt int, text []byte) {
	f.do(func() {
		part := path.Base(spec.ReserveFile(attempt))
		fd, err := syscall.Openat(f.state, part, syscall.O_WRONLY|syscall.O_CREAT|syscall.O_NOFOLLOW|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0o644)
		if err != nil {
			return
		}
		file := os.NewFile(uintptr(fd), part)
		_, err = file.Write(text)
		if errors.Join(err, file.Close()) == nil {
			_ = syscall.Renameat(f.state, part, f.state, path.Base(spec.ResultFile(attempt)))
		}
	})
}

// replaceFile writes a small file of the state's folder, whole or not at all. It fails in
// silence, as replace does.
func (f *folder) replaceFile(name string, text []byte) {
	f.do(func() {
		fd, err := syscall.Openat(f.state, name+".part", syscall.O_WRONLY|syscall.O_CREAT|syscall.O_TRUNC|syscall.O_NOFOLLOW|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0o644)
		if err != nil {
			return
		}
		file := os.NewFile(uintptr(fd), name)
		_, err = file.Write(text)
		if errors.Join(err, file.Close()) == nil {
			_ = syscall.Renameat(f.state, name+".part", f.state, name)
		}
	})
}
