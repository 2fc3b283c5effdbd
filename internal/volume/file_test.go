package volume

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"godocker"

	"golang.org/x/sys/unix"
)

func TestOpen(t *testing.T) {
	dir := tree(t)
	home := folder(t, 0o700, ann.UID, ann.GID, dir, "home")
	in := func(name string) string { return filepath.Join(home, name) }
	write := func(name, text string, mode os.FileMode, uid int) {
		must(t, os.WriteFile(in(name), []byte(text), mode))
		must(t, os.Chown(in(name), uid, ann.GID))
	}
	write("good", "text", 0o600, ann.UID)
	write("large", strings.Repeat("x", 11), 0o600, ann.UID)
	write("roots", "text", 0o600, 0)
	must(t, os.Symlink("good", in("link")))
	must(t, os.Symlink("/etc/shadow", in("shadow")))
	must(t, unix.Mkfifo(in("fifo"), 0o666))
	must(t, os.Mkdir(in("dir"), 0o755))
	must(t, unix.Mknod(in("device"), unix.S_IFCHR|0o666, int(unix.Mkdev(1, 5))))
	v := godocker.Volume{Name: "home", Path: home}
	for name, want := range map[string]string{
		"good": "", "large": "is larger than the 10 bytes", "roots": "may not be read by ann", "link": "is a symbolic link", "shadow": "is a symbolic link",
		"fifo": "is not a plain file", "dir": "is not a plain file", "device": "is not a plain file",
	} {
		f, err := Open(v, ann, name, 10)
		if want == "" {
			must(t, err)
			if text, err := io.ReadAll(f); err != nil || string(text) != "text" || f.Close() != nil {
				t.Errorf("%s: %q, %v", name, text, err)
			}
			continue
		}
		if _, no := errors.AsType[*Refusal](err); !no || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	if _, err := Open(v, ann, "gone", 10); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	other := ann
	other.UID, other.GID, other.Groups = 21009, 21009, nil
	if _, err := Open(v, other, "good", 10); err == nil || !strings.Contains(err.Error(), "may not be read by") {
		t.Errorf("as another: %v", err)
	}
	must(t, os.Symlink(home, filepath.Join(dir, "way")))
	must(t, os.Lchown(filepath.Join(dir, "way"), ann.UID, ann.GID))
	if _, err := Open(godocker.Volume{Name: "home", Path: filepath.Join(dir, "way")}, ann, "good", 10); err == nil || !strings.Contains(err.Error(), "on the way") {
		t.Errorf("by a link of hers: %v", err)
	}
}
