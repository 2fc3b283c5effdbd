package executortest

import (
	"os"
	"path/filepath"
	"testing"

	"godocker/executor"
)

// secret holds that the command finds its secret before it begins, as root's alone, and
// that what it removed does not come back.
func (s suite) secret(t *testing.T) {
	e := s.New(t)
	if s.Shell == nil || !e.Capabilities().Interactive {
		t.Skip("the engine has no interactive attempts, or only pretends")
	}
	dir := openFolder(t)
	last, mode := "rm /.the-secret", "-rw------- 0 0\n"
	if s.SecretStays {
		last, mode = "! { rm /.the-secret || echo x >/.the-secret; } 2>/dev/null", "-r-------- 0 0\n"
	}
	a := s.task(s.Shell(`cp /.the-secret /out/secret && ls -ln /.the-secret | tr -s ' ' | cut -d' ' -f1,3,4 >/out/mode && ` + last + `; code=$?; env >/out/env; exit $code`))
	a.Mounts = append(a.Mounts, executor.Mount{Source: dir, Target: "/out"})
	a.Secret = &executor.Secret{Path: "/.the-secret", Content: []byte("keep it\n")}
	h := s.start(t, e, a)
	if got := s.wait(t, e, h, executor.Exited); got.ExitCode != 0 {
		t.Errorf("ended with %d", got.ExitCode)
	}
	if again := s.start(t, s.New(t), a); again != h {
		t.Errorf("second Start = %q, want %q", again, h)
	}
	for name, want := range map[string]string{"secret": "keep it\n", "mode": mode} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != want {
			t.Errorf("%s is %q, %v; want %q", name, got, err, want)
		}
	}
	if env, err := os.ReadFile(filepath.Join(dir, "env")); err != nil || contains(string(env), "keep it") {
		t.Errorf("the environment is %q, %v", env, err)
	}
}
