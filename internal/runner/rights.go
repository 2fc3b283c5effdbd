package runner

import (
	"os"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"godocker/internal/runner/spec"
)

// launch starts the script's interpreter with the rights of the user and returns
// its process id.
//
// What a child may do is inherited from the thread that forks it. So a thread that
// serves for nothing else gives up what the script must never have (the bounding
// set, new privileges), forks, and is thrown away. The change of user happens in
// the child; it, and the exec after it, leave every capability set empty.
// terminal makes the first of the files the controlling terminal.
func launch(s spec.Spec, argv, env []string, files []*os.File, terminal bool) (pid int, err error) {
	attr := &syscall.ProcAttr{Dir: s.Dir, Env: env, Sys: &syscall.SysProcAttr{Setsid: true, Setctty: terminal}}
	for _, f := range files {
		attr.Files = append(attr.Files, f.Fd())
	}
	if os.Geteuid() == 0 && !s.Root {
		attr.Sys.Credential = &syscall.Credential{Uid: uint32(s.UID), Gid: uint32(s.GID), Groups: groups(s)}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlocked: the thread ends here
		if !s.Root {
			renounce()
		}
		pid, err = syscall.ForkExec(argv[0], argv, attr)
	}()
	<-done
	return pid, err
}

func groups(s spec.Spec) []uint32 {
	ids := make([]uint32, len(s.Groups))
	for i, id := range s.Groups {
		ids[i] = uint32(id)
	}
	return ids
}

// renounce gives up, for this thread and what it starts, every way to capabilities.
// Errors are left aside: an engine that forbids these calls gave no right to lose.
func renounce() {
	for c := uintptr(0); c < 64; c++ {
		if unix.Prctl(unix.PR_CAPBSET_DROP, c, 0, 0, 0) == unix.EINVAL {
			break // past the last capability that the kernel knows
		}
	}
	_ = unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
	_ = unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
	head := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var sets [2]unix.CapUserData
	if unix.Capget(&head, &sets[0]) == nil {
		sets[0].Inheritable, sets[1].Inheritable = 0, 0
		_ = unix.Capset(&head, &sets[0])
	}
}

// keepOnly takes from all threads of this process what it needs no more: all but a set
// of capabilities, such as the right to signal the script, which has another user.
func keepOnly(rights uint32) {
	head := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var sets [2]unix.CapUserData
	if unix.Capget(&head, &sets[0]) != nil {
		return
	}
	rights &= sets[0].Permitted
	sets = [2]unix.CapUserData{{Effective: rights, Permitted: rights}}
	_, _, _ = syscall.AllThreadsSyscall(syscall.SYS_CAPSET,
		uintptr(unsafe.Pointer(&head)), uintptr(unsafe.Pointer(&sets[0])), 0)
}
