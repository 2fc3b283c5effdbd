package runner_test

import (
	"archive/tar"
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/moby/moby/client"
	"golang.org/x/crypto/ssh"

	"godocker/internal/runner/spec"
)

const password = "god_a-password-that-nobody-guesses" //nolint:gosec // of the tests

func (b *box) sessionFile(t *testing.T) io.Reader {
	t.Helper()
	text, err := json.Marshal(b.session)
	must(t, err)
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	must(t, w.WriteHeader(&tar.Header{Name: strings.TrimPrefix(spec.SessionFile, "/"), Mode: 0o600, Size: int64(len(text))}))
	_, err = w.Write(text)
	must(t, errors.Join(err, w.Close()))
	return &buf
}

// A login is a person with a key, and where they log in.
type login struct {
	box    *box
	dir    string // with the files of the client
	addr   string // of the container
	public string
}

// newKey makes a pair in the folder and returns the public one.
func newKey(t *testing.T, file string) string {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	block, err := ssh.MarshalPrivateKey(private, "")
	must(t, err)
	must(t, os.WriteFile(file, pem.EncodeToMemory(block), 0o600))
	signer, err := ssh.NewSignerFromKey(private)
	must(t, err)
	return string(ssh.MarshalAuthorizedKey(signer.PublicKey()))
}

// logIn starts an interactive task and waits until people can log in.
func logIn(t *testing.T, image, script string, change ...func(*box)) *login {
	t.Helper()
	l := &login{dir: t.TempDir()}
	l.public = newKey(t, filepath.Join(l.dir, "key"))
	b := newBox(t, image, script)
	if script == "" {
		must(t, os.WriteFile(filepath.Join(b.folder, spec.Script), nil, 0o755))
	}
	seed := make([]byte, ed25519.SeedSize)
	_, _ = rand.Read(seed)
	sum := sha256.Sum256([]byte(password))
	b.session = &spec.Session{HostKey: seed, Keys: []string{l.public}, Passwords: []spec.Password{{Digest: hex.EncodeToString(sum[:])}}, Warn: time.Minute}
	b.spec.Interactive, b.host.NetworkMode = true, ""
	b.host.CapAdd = append(b.host.CapAdd, "NET_BIND_SERVICE")
	for _, c := range change {
		c(b)
	}
	l.box = b
	b.start(t)
	host := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	b.wait(t, "nobody can log in", func() bool { return spec.Ready(b.folder, b.spec.Task, b.spec.Attempt, host) })
	got, err := api.ContainerInspect(t.Context(), b.id, client.ContainerInspectOptions{})
	must(t, err)
	for _, n := range got.Container.NetworkSettings.Networks {
		l.addr = n.IPAddress.String()
	}
	public, err := ssh.NewPublicKey(host)
	must(t, err)
	must(t, os.WriteFile(filepath.Join(l.dir, "known_hosts"), []byte(l.addr+" "+string(ssh.MarshalAuthorizedKey(public))), 0o600))
	return l
}

// wait polls until something holds.
func (b *box) wait(t *testing.T, complaint string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for limit := time.After(30 * time.Second); !ok(); {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("%s: it said %q, %q", complaint, b.read(t, spec.Log), b.read(t, spec.ErrLog))
		}
	}
}

// options are those of OpenSSH's programs, which ask nobody anything.
func (l *login) options(more ...string) []string {
	return append([]string{"-F", "none", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", "IdentitiesOnly=yes",
		"-o", "UserKnownHostsFile=" + filepath.Join(l.dir, "known_hosts"), "-o", "IdentityFile=" + filepath.Join(l.dir, "key"), "-o", "LogLevel=ERROR"}, more...)
}

func (l *login) target() string { return "godocker@" + l.addr }

// command is OpenSSH's client.
func (l *login) command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	return exec.CommandContext(t.Context(), "ssh", l.options(args...)...)
}

// ssh runs a command over there and returns what it wrote, and its exit code.
func (l *login) ssh(t *testing.T, command string, more ...string) (out, errs string, code int) {
	t.Helper()
	c := l.command(t, append(more, l.target(), command)...)
	var o, e strings.Builder
	c.Stdout, c.Stderr = &o, &e
	err := c.Run()
	if _, ran := errors.AsType[*exec.ExitError](err); err != nil && !ran {
		t.Fatal(err)
	}
	return o.String(), e.String(), c.ProcessState.ExitCode()
}

// says holds what a command writes.
func (l *login) says(t *testing.T, command, want string, more ...string) {
	t.Helper()
	out, errs, code := l.ssh(t, command, more...)
	if strings.TrimSpace(strings.ReplaceAll(out, "\r", "")) != want || code != 0 {
		t.Errorf("%s on %s: %q, %q, exit code %d; want %q", command, l.box.image, out, errs, code, want)
	}
}

func (l *login) run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	if err != nil {
		t.Errorf("%s %s: %v: %s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

func owner(info os.FileInfo) int { return int(info.Sys().(*syscall.Stat_t).Uid) }

func freePort(t *testing.T) int {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// program puts one of this machine, with its libraries, into the folder bin of the task.
func (l *login) program(t *testing.T, name string) {
	t.Helper()
	bin := filepath.Join(l.box.folder, "bin")
	must(t, os.Mkdir(bin, 0o755))
	l.run(t, "sh", "-ec", `p=$(command -v "$0"); cp "$p" "$1"; cp $(ldd "$p" | grep -o '/[^ ]*') "$1"`, name, bin)
}
