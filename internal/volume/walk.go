package volume

import (
	"fmt"
	"path"
	"runtime"
	"strings"
	"syscall"
	"unsafe"

	"godocker"

	"golang.org/x/sys/unix"
)

// become runs f with the rights that a user has on files: on a thread of its own,
// which ends with f.
func become(as godocker.Owner, f func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends here
		if err := assume(as); err != nil {
			done <- err
			return
		}
		done <- f()
	}()
	return <-done
}

// assume changes the rights of this thread alone: raw calls, as those of package
// syscall change every thread. The capabilities over files go with the user.
func assume(as godocker.Owner) error {
	if syscall.Geteuid() == 0 {
		groups := make([]uint32, len(as.Groups)+1) // one more, so that there is a first
		for i, g := range as.Groups {
			groups[i] = uint32(g)
		}
		if _, _, err := syscall.RawSyscall(syscall.SYS_SETGROUPS, uintptr(len(as.Groups)), uintptr(unsafe.Pointer(&groups[0])), 0); err != 0 {
			return fmt.Errorf("setgroups: %w", err)
		}
	}
	for _, id := range []struct {
		call  uintptr
		value int
	}{{syscall.SYS_SETFSGID, as.GID}, {syscall.SYS_SETFSUID, as.UID}} {
		_, _, _ = syscall.RawSyscall(id.call, uintptr(id.value), 0, 0)
		if now, _, _ := syscall.RawSyscall(id.call, ^uintptr(0), 0, 0); int(uint32(now)) != id.value {
			return fmt.Errorf("this server may not act as user %d, group %d: it does not run as root", as.UID, as.GID)
		}
	}
	return nil
}

// maxLinks is how many links the kernel itself follows in one path.
const maxLinks = 40

// A step is a folder on the way.
type step struct {
	fd     int
	path   string
	fixed  bool // nobody but root can put another in its place
	sealed bool // and nobody but root can change what it holds
	sticky bool // others can add to it, and take away only what is theirs
}

// find goes along a path, folder by folder, and fails if the thread's user may not.
func find(at string) (f Folder, err error) {
	err = within(at, func(_ int, found Folder) error {
		f = found
		return nil
	})
	return f, err
}

// within is find for those who want the folder itself: fd is open while use runs.
func within(at string, use func(fd int, f Folder) error) error {
	top, err := unix.Open("/", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	way := []step{{fd: top, path: "/", fixed: true, sealed: true}}
	defer func() {
		for _, s := range way {
			unix.Close(s.fd)
		}
	}()
	for todo, links := strings.Split(at, "/"), 0; len(todo) > 0; {
		name := todo[0]
		todo = todo[1:]
		here := way[len(way)-1]
		switch name {
		case "", ".":
			continue
		case "..":
			if len(way) > 1 {
				unix.Close(here.fd)
				way = way[:len(way)-1]
			}
			continue
		}
		next, link, err := here.enter(name)
		if err != nil {
			return err
		}
		if link == "" {
			way = append(way, next)
			continue
		}
		if links++; links > maxLinks {
			return unix.ELOOP
		}
		if path.IsAbs(link) {
			for _, s := range way[1:] {
				unix.Close(s.fd)
			}
			way = way[:1]
		}
		todo = append(strings.Split(link, "/"), todo...)
	}
	last := way[len(way)-1]
	// To look up anything in a folder, even itself, is to enter it.
	inside, err := unix.Openat(last.fd, ".", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(inside)
	id, err := Identify(inside, "")
	if err != nil {
		return err
	}
	return use(inside, Folder{Path: last.path, Identity: id, Sealed: last.sealed})
}

// enter opens what a folder holds under a name: a folder, or a link of root's, whose
// text it returns.
func (s step) enter(name string) (next step, link string, err error) {
	fd, err := unix.Openat(s.fd, name, unix.O_PATH|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return step{}, "", err
	}
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		unix.Close(fd)
		return step{}, "", err
	}
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFDIR:
		next := step{fd: fd, path: path.Join(s.path, name)}
		next.fixed = st.Uid == 0 && (s.sealed || s.sticky)
		next.sealed = next.fixed && st.Mode&0o022 == 0
		next.sticky = next.fixed && st.Mode&unix.S_ISVTX != 0
		return next, "", nil
	case unix.S_IFLNK:
		defer unix.Close(fd)
		if st.Uid != 0 || !s.sealed {
			return step{}, "", errLink
		}
		text := make([]byte, unix.PathMax)
		n, err := unix.Readlinkat(fd, "", text)
		if err == nil && n == 0 {
			err = unix.ENOENT
		}
		return step{}, string(text[:max(n, 0)]), err
	}
	unix.Close(fd)
	return step{}, "", unix.ENOTDIR
}
