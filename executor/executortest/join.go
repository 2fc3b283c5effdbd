package executortest

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"godocker/executor"
)

// join holds that a program beside an attempt is inside of it, is root, and ends with its
// input or with the attempt.
func (s suite) join(t *testing.T) {
	e := s.New(t)
	by, can := e.(executor.Joiner)
	if can != e.Capabilities().Join {
		t.Errorf("Capabilities.Join = %v, but that it is a Joiner is %v", !can, can)
	}
	if !can || s.Shell == nil {
		t.Skip("the engine runs nothing beside attempts")
	}
	dir := openFolder(t)
	a := s.task(s.Shell("touch /out/begun; while :; do sleep 0.05; done"))
	a.Env = map[string]string{"GREETING": "hello"}
	a.Mounts = append(a.Mounts, executor.Mount{Source: dir, Target: "/out"})
	h := s.start(t, e, a)
	s.until(t, func() bool { _, err := os.Stat(filepath.Join(dir, "begun")); return err == nil }, func() string { return "it does not begin" })
	shell := func(script string) io.ReadWriteCloser {
		stream, err := by.Join(t.Context(), h, []string{"/bin/sh", "-c", script})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = stream.Close() })
		return stream
	}

	one := shell(`read line; echo "$line $GREETING $(id -u)"; echo aside >&2; ls /out`)
	if _, err := one.Write([]byte("well\n")); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(one); err != nil || string(got) != "well hello 0\nbegun\n" {
		t.Errorf("it said %q, %v", got, err)
	}

	big := shell("cat") // more than any buffer holds, both ways
	text := strings.Repeat("0123456789abcdef", 1<<16)
	go func() { _, _ = io.WriteString(big, text) }()
	got := make([]byte, len(text))
	if _, err := io.ReadFull(big, got); err != nil || string(got) != text {
		t.Errorf("%d bytes came back changed: %v", len(got), err)
	}

	closed := shell("cat >/dev/null; touch /out/over")
	if err := closed.Close(); err != nil {
		t.Error(err)
	}
	s.until(t, func() bool { _, err := os.Stat(filepath.Join(dir, "over")); return err == nil }, func() string { return "it does not get the end of its input" })

	last := shell("while :; do sleep 0.05; done")
	if err := e.Kill(t.Context(), h, time.Millisecond); err != nil {
		t.Fatal(err)
	}
	s.wait(t, e, h, executor.Exited)
	if got, err := io.ReadAll(last); len(got) > 0 || err != nil && !errors.Is(err, io.EOF) {
		t.Logf("the end of the attempt: %q, %v", got, err)
	}
	for _, h := range []executor.Handle{h, nobody, ""} {
		if _, err := by.Join(t.Context(), h, []string{"/bin/true"}); !errors.Is(err, executor.ErrNotActive) {
			t.Errorf("Join(%q): %v, want %v", h, err, executor.ErrNotActive)
		}
	}
}
