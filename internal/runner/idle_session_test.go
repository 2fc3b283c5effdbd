package runner_test

import (
	"crypto/ed25519"
	"testing"
	"time"

	"godocker/internal/runner/spec"
)

// stage waits until the runner says that the task is used, warned or due.
func (l *login) stage(t *testing.T, want string) {
	t.Helper()
	public := ed25519.NewKeyFromSeed(l.box.session.HostKey).Public().(ed25519.PublicKey)
	l.box.wait(t, "the runner does not say "+want, func() bool {
		said, ok := spec.ReadIdle(l.box.folder, l.box.spec.Task, l.box.spec.Attempt, public)
		return ok && said.Stage == want
	})
}

// Terminals are told that nothing happens, and keys, cpu and forwarded bytes take it back.
func TestIdleSession(t *testing.T) {
	for _, image := range []string{debian, static} {
		l := logIn(t, image, "", func(b *box) { b.session.IdleAfter, b.session.IdleWarn = 3*time.Second, time.Second })
		y := l.typist(t)
		y.types("echo here-$((1+1))\n")
		y.sees("here-2")
		l.stage(t, "warned")
		y.sees("*** Nothing happened for 2s: this task is frozen in 1s, unless you press a key or a program computes.")
		y.types("\n")
		l.stage(t, "")
		y.sees("*** Something happens again: this task is not frozen.")
		l.stage(t, "due")
		y.sees("*** Nothing happened for 3s: this task is frozen. Log in again to thaw it.")
		y.types("x=0; while [ $x -lt 300000 ]; do x=$((x+1)); done; echo then-$((1+1))\n")
		l.stage(t, "")
		y.sees("then-2")
		l.stage(t, "due")
		l.says(t, "echo back", "back")
		l.stage(t, "")
	}
}
