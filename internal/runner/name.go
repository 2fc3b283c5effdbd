package runner

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"

	"godocker/internal/runner/spec"
)

// nameUser makes the name godocker known for the user and the group. It works with
// root's rights in a tree that the image's author made, so it follows no link and
// does not touch what is mounted from elsewhere. A name is a convenience: where it
// cannot be written, on a read-only image say, the task goes on without.
func nameUser(s spec.Spec, root string) {
	mounts, _ := os.ReadFile("/proc/self/mountinfo")
	if mounted(string(mounts), "/etc") {
		return
	}
	_ = os.Mkdir(root+"/etc", 0o755)
	etc, err := syscall.Open(root+"/etc", openDir, 0)
	if err != nil {
		return
	}
	defer syscall.Close(etc)
	if !mounted(string(mounts), "/etc/passwd") {
		edit(etc, "passwd", s.UID, fmt.Sprintf("%s:x:%d:%d:%s:%s:%s", spec.User, s.UID, s.GID, spec.User, home(s), userShell()))
	}
	if !mounted(string(mounts), "/etc/group") {
		edit(etc, "group", s.GID, fmt.Sprintf("%s:x:%d:", spec.User, s.GID))
	}
}

// home is the user's home as /etc/passwd can hold it.
func home(s spec.Spec) string {
	if h := os.Getenv("GODOCKER_HOME"); h != "" && !strings.ContainsAny(h, ":\n") {
		return h
	}
	return s.Dir
}

func userShell() string {
	for _, name := range []string{"bash", "sh"} {
		if found := lookPath(name); found != "" {
			return found
		}
	}
	return "/bin/sh"
}

// edit puts a line into a file of accounts. It goes first, so that the id has this
// name even if the image has another user of that number; but root stays root.
func edit(dir int, file string, id int, line string) {
	fd, err := syscall.Openat(dir, file, syscall.O_RDWR|syscall.O_CREAT|syscall.O_NOFOLLOW|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0o644)
	if err != nil {
		return
	}
	f := os.NewFile(uintptr(fd), file)
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return
	}
	old, err := io.ReadAll(f)
	if err != nil {
		return
	}
	text := withLine(old, id, line)
	if _, err := f.WriteAt(text, 0); err == nil {
		_ = f.Truncate(int64(len(text)))
	}
}

func withLine(old []byte, id int, line string) []byte {
	var out bytes.Buffer
	if id != 0 {
		out.WriteString(line + "\n")
	}
	for l := range bytes.Lines(old) {
		if bytes.HasPrefix(l, []byte(spec.User+":")) {
			continue
		}
		out.Write(l)
		if !bytes.HasSuffix(l, []byte("\n")) {
			out.WriteByte('\n')
		}
	}
	if id == 0 {
		out.WriteString(line + "\n")
	}
	return out.Bytes()
}

// mounted reports whether something is mounted at a path, by the fifth field of
// each line of mountinfo.
func mounted(mountinfo, at string) bool {
	for line := range strings.Lines(mountinfo) {
		if f := strings.Fields(line); len(f) > 4 && f[4] == at {
			return true
		}
	}
	return false
}
