package spec_test

import (
	"crypto/ed25519"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"godocker/internal/runner/spec"
)

func TestIdle(t *testing.T) {
	dir := t.TempDir()
	public, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, spec.IdleFile(2))
	said := spec.Idle{Word: 12, Stage: "due"}
	signed := spec.SignIdle(7, 2, said, key)
	forged := append(append([]byte{}, signed[:len(signed)-2]...), 'x', '}')
	for what, make := range map[string]func() error{
		"nothing":         func() error { return nil },
		"a pipe":          func() error { return syscall.Mkfifo(file, 0o644) },
		"a link":          func() error { return os.Symlink("/etc/passwd", file) },
		"another task":    func() error { return os.WriteFile(file, spec.SignIdle(8, 2, said, key), 0o600) },
		"another attempt": func() error { return os.WriteFile(file, spec.SignIdle(7, 1, said, key), 0o600) },
		"that it is ready": func() error {
			return os.WriteFile(file, append(spec.SignReady(7, 2, key), `{"word":99,"stage":"due"}`...), 0o600)
		},
		"other words": func() error { return os.WriteFile(file, forged, 0o600) },
		"a part":      func() error { return os.WriteFile(file, signed[:10], 0o600) },
	} {
		_ = os.RemoveAll(filepath.Dir(file))
		if err := os.Mkdir(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := make(); err != nil {
			t.Fatal(err)
		}
		if got, ok := spec.ReadIdle(dir, 7, 2, public); ok {
			t.Errorf("%s is believed: %+v", what, got)
		}
	}
	_ = os.Remove(file)
	if err := os.WriteFile(file, signed, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, ok := spec.ReadIdle(dir, 7, 2, public); !ok || got != said {
		t.Errorf("what is signed is not believed: %+v", got)
	}
	if _, ok := spec.ReadIdle(dir, 7, 2, nil); ok {
		t.Error("it is believed without a key")
	}
}
