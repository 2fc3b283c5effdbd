package runner_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moby/moby/client"
	"golang.org/x/crypto/ssh"

	"godocker/internal/runner/spec"
)

// A session is the task's user's, in the task's folder and environment, after the script.
func TestSessionOnEveryImage(t *testing.T) {
	for _, image := range []string{debian, busybox, static} {
		t.Run(image, func(t *testing.T) {
			l := logIn(t, image, "echo first >first; echo said; exit 3", func(b *box) { b.config.Env = []string{"FROM_TASK=yes"} })
			l.says(t, `echo "$FROM_TASK $PWD $HOME $USER $LANG"; read x <first; echo $x`, "yes /mnt/go-docker /mnt/go-docker godocker C.UTF-8\nfirst", "-o", "SetEnv=LANG=C.UTF-8")
			for _, code := range []int{0, 1, 42, 255} {
				if _, _, got := l.ssh(t, fmt.Sprintf("exit %d", code)); got != code {
					t.Errorf("exit code %d, want %d", got, code)
				}
			}
			if got := l.box.read(t, spec.Log) + l.box.read(t, spec.ErrLog); !strings.Contains(got, "said") || !strings.Contains(got, "exit code 3; you can log in") {
				t.Errorf("it said %q", got)
			}
			l.terminal(t)
			l.copies(t)
			if image != static {
				l.says(t, "id -u; id -g; grep CapEff /proc/self/status; grep NoNewPrivs /proc/self/status", "1234\n1235\nCapEff:\t0000000000000000\nNoNewPrivs:\t1")
				l.says(t, "echo out; echo err >&2; cat", "out", "-n") // without input
			}
		})
	}
}

// terminal types into a shell as people do.
func (l *login) terminal(t *testing.T) {
	t.Helper()
	c := l.command(t, "-tt", l.target())
	in, err := c.StdinPipe()
	must(t, err)
	var out strings.Builder
	c.Stdout = &out
	must(t, c.Start())
	_, err = io.WriteString(in, "echo a-$((40+2))-z; exit 5\n")
	must(t, err)
	err = c.Wait()
	if code := c.ProcessState.ExitCode(); code != 5 || !strings.Contains(out.String(), "a-42-z") {
		t.Errorf("a terminal on %s: %v, %q", l.box.image, err, out.String())
	}
}

// copies holds that files go there and back by all that people use.
func (l *login) copies(t *testing.T) {
	t.Helper()
	data := make([]byte, 3<<20+17)
	_, _ = rand.Read(data)
	tree := filepath.Join(l.dir, "tree")
	must(t, os.MkdirAll(filepath.Join(tree, "a folder"), 0o755))
	must(t, os.WriteFile(filepath.Join(tree, "a folder", "the data"), data, 0o640))
	must(t, os.WriteFile(filepath.Join(tree, "empty"), nil, 0o755))
	for i, mode := range [][]string{{}, {"-O"}} {
		there, back := fmt.Sprintf("there%d", i), filepath.Join(l.dir, fmt.Sprintf("back%d", i))
		l.run(t, "scp", l.options(append(mode, "-q", "-r", "-p", tree, l.target()+":"+there)...)...)
		l.run(t, "scp", l.options(append(mode, "-q", "-r", l.target()+":"+there, back)...)...)
		l.run(t, "diff", "-r", tree, back)
		st, err := os.Stat(filepath.Join(l.box.folder, there, "a folder", "the data"))
		must(t, err)
		if st.Mode().Perm() != 0o640 || owner(st) != uid {
			t.Errorf("the copy is %v of %v", st.Mode(), owner(st))
		}
		if out, err := exec.CommandContext(t.Context(), "scp", l.options(append(mode, "-q", l.target()+":/no/such", l.dir)...)...).CombinedOutput(); err == nil {
			t.Errorf("what is not there was copied: %s", out)
		}
	}
	batch := filepath.Join(l.dir, "batch")
	must(t, os.WriteFile(batch, []byte("mkdir by-sftp\nput '"+filepath.Join(tree, "a folder", "the data")+"' by-sftp/data\nrename by-sftp/data by-sftp/data2\nls by-sftp\n"), 0o600))
	if out := l.run(t, "sftp", l.options("-q", "-b", batch, l.target())...); !strings.Contains(out, "data2") {
		t.Errorf("sftp said %q", out)
	}
	if got, err := os.ReadFile(filepath.Join(l.box.folder, "by-sftp", "data2")); err != nil || !bytes.Equal(got, data) {
		t.Errorf("sftp put %d bytes, %v", len(got), err)
	}
}

// Nobody else gets in: not with another key, another password, or none.
func TestStrangers(t *testing.T) {
	l := logIn(t, busybox, "")
	dial := func(auth ...ssh.AuthMethod) error {
		c, err := ssh.Dial("tcp", l.addr+":22", &ssh.ClientConfig{User: "godocker", Auth: auth, HostKeyCallback: ssh.InsecureIgnoreHostKey()}) //nolint:gosec // it is the one
		if err == nil {
			_ = c.Close()
		}
		return err
	}
	_, other, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	stranger, err := ssh.NewSignerFromKey(other)
	must(t, err)
	digest := sha256.Sum256([]byte(password))
	for what, auth := range map[string][]ssh.AuthMethod{
		"another key": {ssh.PublicKeys(stranger)}, "nothing": nil, "no password": {ssh.Password("")}, "another password": {ssh.Password(password + "x")},
		"the digest": {ssh.Password(hex.EncodeToString(digest[:]))}, "the public key": {ssh.Password(l.public)},
	} {
		if dial(auth...) == nil {
			t.Errorf("with %s, somebody got in", what)
		}
	}
	if err := dial(ssh.PublicKeys(stranger), ssh.Password(password)); err != nil {
		t.Errorf("with the password: %v", err)
	}
}

// Somebody who opens connections and says nothing does not keep people out.
func TestSilentConnections(t *testing.T) {
	l := logIn(t, busybox, "")
	for range 100 {
		c, err := new(net.Dialer).DialContext(t.Context(), "tcp", l.addr+":22")
		must(t, err)
		defer c.Close()
	}
	l.says(t, "echo in", "in")
}

// Ports go both ways, and lead to the client's own network only as it asked.
func TestForwarding(t *testing.T) {
	l := logIn(t, busybox, "mkdir www; echo served >www/file; httpd -p 127.0.0.1:8000 -h www")
	local := freePort(t)
	c := l.command(t, "-N", "-o", "ExitOnForwardFailure=yes", "-L", fmt.Sprintf("%d:localhost:8000", local), l.target())
	must(t, c.Start())
	t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	fetch := func() string {
		out, _ := exec.CommandContext(t.Context(), "busybox", "wget", "-qO-", fmt.Sprintf("http://127.0.0.1:%d/file", local)).Output()
		return string(out)
	}
	l.box.wait(t, "the port does not lead there", func() bool { return fetch() == "served\n" })

	back, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	defer back.Close()
	go func() {
		for {
			c, err := back.Accept()
			if err != nil {
				return
			}
			_, _ = io.WriteString(c, "from the client\n")
			_ = c.Close()
		}
	}()
	l.says(t, "nc 127.0.0.1 9000 </dev/null", "from the client", "-o", "ExitOnForwardFailure=yes", "-R", "9000:"+back.Addr().String())
	if out, _, _ := l.ssh(t, "nc -w 1 127.0.0.1 9000 </dev/null"); out != "" {
		t.Errorf("the port still leads to the client: %q", out)
	}
}

// An agent of the client is asked from within, over a socket that is the user's alone.
func TestAgentForwarding(t *testing.T) {
	l := logIn(t, debian, "")
	sock := filepath.Join(l.dir, "agent")
	agent := exec.CommandContext(t.Context(), "ssh-agent", "-D", "-a", sock)
	must(t, agent.Start())
	t.Cleanup(func() { _ = agent.Process.Kill(); _ = agent.Wait() })
	l.box.wait(t, "there is no agent", func() bool { _, err := os.Stat(sock); return err == nil })
	env := append(os.Environ(), "SSH_AUTH_SOCK="+sock)
	add := exec.CommandContext(t.Context(), "ssh-add", "-q", filepath.Join(l.dir, "key"))
	add.Env = env
	must(t, add.Run())
	l.program(t, "ssh-add")
	for _, c := range []struct{ command, want string }{{"LD_LIBRARY_PATH=bin bin/ssh-add -L", strings.TrimSpace(l.public)}, {"ls -ld ${SSH_AUTH_SOCK%/*} | cut -c1-10", "drwx------"}} {
		asking := l.command(t, "-A", l.target(), c.command)
		asking.Env = env
		if out, err := asking.Output(); err != nil || !strings.HasPrefix(string(out), c.want) {
			t.Errorf("%s: %q, %v; want %q", c.command, out, err, c.want)
		}
	}
	l.says(t, "ls /tmp; echo $SSH_AUTH_SOCK", "") // nothing is left
}

// What an editor does: a server of its own that outlives connections, whose port it forwards.
func TestServerOutlivesConnections(t *testing.T) {
	l := logIn(t, busybox, "")
	l.says(t, "mkdir srv; echo mine >srv/id; httpd -f -p 127.0.0.1:7000 -h srv >/dev/null 2>&1 & echo begun", "begun")
	for range 2 {
		local := freePort(t)
		c := l.command(t, "-N", "-L", fmt.Sprintf("%d:127.0.0.1:7000", local), l.target())
		must(t, c.Start())
		l.box.wait(t, "the server is not there", func() bool {
			out, _ := exec.CommandContext(t.Context(), "busybox", "wget", "-qO-", fmt.Sprintf("http://127.0.0.1:%d/id", local)).Output()
			return string(out) == "mine\n"
		})
		must(t, c.Process.Kill()) // the connection breaks
		_ = c.Wait()
	}
	l.says(t, "wget -qO- http://127.0.0.1:7000/id", "mine")
}

// Programs of the task find neither the keys nor a way into the runner's memory: as its
// user, and as root.
func TestSessionKeepsItsSecrets(t *testing.T) {
	for _, root := range []bool{false, true} {
		l := logIn(t, debian, "ls /.godrun.session; cat /proc/1/environ; head -c 1 /proc/1/mem; readlink /proc/1/fd/*", func(b *box) {
			if b.spec.Root = root; root {
				b.host.CapAdd = []string{"CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "SETUID", "SETGID", "KILL", "NET_BIND_SERVICE"}
			}
		})
		l.says(t, "ls -a / | grep session; head -c 1 /proc/1/mem 2>/dev/null; cat /proc/1/environ 2>/dev/null; readlink /proc/1/fd/*; echo nothing", "nothing")
		seed, digest := string(l.box.session.HostKey), l.box.session.Passwords[0].Digest
		got, err := api.ContainerInspect(t.Context(), l.box.id, client.ContainerInspectOptions{})
		must(t, err)
		inspected, err := json.Marshal(got)
		must(t, err)
		all := l.run(t, "cat", filepath.Join(l.box.folder, spec.Log), filepath.Join(l.box.folder, spec.ErrLog)) + string(inspected)
		lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
		must(t, err)
		for _, f := range lines {
			line, _ := os.ReadFile(f)
			all += string(line)
		}
		for what, secret := range map[string]string{"the host key": seed, "its text": hex.EncodeToString([]byte(seed)), "a digest": digest, "a password": password} {
			if strings.Contains(all, secret) {
				t.Errorf("%s is to be seen", what)
			}
		}
	}
}

func TestRootSession(t *testing.T) {
	l := logIn(t, debian, "", func(b *box) {
		b.spec.Root = true
		b.host.CapAdd = []string{"CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "SETUID", "SETGID", "KILL", "NET_BIND_SERVICE"}
	})
	l.says(t, "id -un; mkdir -p /opt/x && chown 1:1 /opt/x && rmdir /opt/x && echo can", "root\ncan")
	l.terminal(t)
}

// rsync, where the image has it.
func TestRsync(t *testing.T) {
	l := logIn(t, debian, "")
	l.program(t, "rsync")
	from := filepath.Join(l.dir, "from")
	must(t, os.MkdirAll(filepath.Join(from, "sub"), 0o755))
	must(t, os.WriteFile(filepath.Join(from, "sub", "file"), bytes.Repeat([]byte("x"), 1<<20), 0o644))
	l.run(t, "rsync", "-a", "-e", "ssh "+strings.Join(l.options(), " "), "--rsync-path", "LD_LIBRARY_PATH=bin bin/rsync", from+"/", l.target()+":to/")
	l.run(t, "diff", "-r", from, filepath.Join(l.box.folder, "to"))
}

// The runner of an open session stays small.
func TestSessionIsSmall(t *testing.T) {
	l := logIn(t, debian, "")
	l.typist(t).types("echo x\n")
	got, err := api.ContainerInspect(t.Context(), l.box.id, client.ContainerInspectOptions{})
	must(t, err)
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", got.Container.State.Pid))
	must(t, err)
	var kb int
	for line := range strings.Lines(string(status)) {
		if _, err := fmt.Sscanf(line, "VmRSS: %d kB", &kb); err == nil {
			break
		}
	}
	t.Logf("the runner has %.1f MB resident", float64(kb)/1024)
	if kb == 0 || kb > 15<<10 {
		t.Errorf("the runner has %d kB resident", kb)
	}
}

// A folder of the task, mounted by sshfs, is one to work in.
func TestSSHFS(t *testing.T) {
	l := logIn(t, static, "")
	at := filepath.Join(l.dir, "mounted")
	must(t, os.Mkdir(at, 0o755))
	l.run(t, "sshfs", l.options("-o", "idmap=none", l.target()+":", at)...)
	defer l.run(t, "fusermount3", "-u", at)
	must(t, os.Mkdir(filepath.Join(at, "folder"), 0o755))
	must(t, os.WriteFile(filepath.Join(at, "folder", "file"), []byte("by sshfs"), 0o600))
	must(t, os.Rename(filepath.Join(at, "folder", "file"), filepath.Join(at, "file")))
	if got, err := os.ReadFile(filepath.Join(l.box.folder, "file")); err != nil || string(got) != "by sshfs" {
		t.Errorf("%q, %v", got, err)
	}
}
