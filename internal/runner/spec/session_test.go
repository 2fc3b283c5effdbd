package spec_test

import (
	"bytes"
	"crypto/ed25519"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"godocker/internal/runner/spec"
)

func TestTakeSession(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "session")
	good := `{"host_key":"` + strings.Repeat("QUJD", 10) + `QUI=","keys":["k"]}`
	for text, ok := range map[string]bool{good: true, "{}": false, "x": false} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if s, err := spec.TakeSession(file); (err == nil) != ok || ok && s.Keys[0] != "k" {
			t.Errorf("%q: %+v, %v", text, s, err)
		}
		if _, err := os.Lstat(file); err == nil {
			t.Errorf("%q is still there", text)
		}
	}
	if _, err := spec.TakeSession(file); err == nil {
		t.Error("it was taken twice")
	}
}

func TestReady(t *testing.T) {
	dir := t.TempDir()
	public, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, spec.ReadyFile(2))
	signed := spec.SignReady(7, 2, key)
	for what, make := range map[string]func() error{
		"nothing":         func() error { return nil },
		"a pipe":          func() error { return syscall.Mkfifo(file, 0o644) },
		"another task":    func() error { return os.WriteFile(file, spec.SignReady(8, 2, key), 0o600) },
		"another attempt": func() error { return os.WriteFile(file, spec.SignReady(7, 1, key), 0o600) },
		"a part":          func() error { return os.WriteFile(file, signed[:10], 0o600) },
	} {
		_ = os.RemoveAll(filepath.Dir(file))
		if err := os.Mkdir(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := make(); err != nil {
			t.Fatal(err)
		}
		if spec.Ready(dir, 7, 2, public) {
			t.Errorf("%s is believed", what)
		}
	}
	_ = os.Remove(file)
	if err := os.WriteFile(file, signed, 0o600); err != nil || !spec.Ready(dir, 7, 2, public) || spec.Ready(dir, 7, 2, nil) {
		t.Errorf("what is signed is not believed, or without a key: %v", err)
	}
}

func TestSessionOnAStream(t *testing.T) {
	var stream bytes.Buffer
	want := spec.Session{HostKey: make([]byte, ed25519.SeedSize), Keys: []string{"k"}, WarnIn: time.Minute}
	if err := spec.SendSession(&stream, want); err != nil {
		t.Fatal(err)
	}
	stream.WriteString("what follows")
	text := stream.Bytes()
	if got, err := spec.ReceiveSession(&stream); err != nil || got.Keys[0] != "k" || got.WarnIn != time.Minute || stream.String() != "what follows" {
		t.Errorf("%+v, %v, and then %q", got, err, &stream)
	}
	for what, text := range map[string][]byte{"nothing": nil, "a part": text[:20], "too long": {0xff, 0, 0, 0, '{'}, "no key": {0, 0, 0, 2, '{', '}'}} {
		if got, err := spec.ReceiveSession(bytes.NewReader(text)); err == nil {
			t.Errorf("%s: %+v", what, got)
		}
	}
}
