package chaos

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"godocker"
	"godocker/api"
)

// sessionKinds are those of interactive tasks.
var sessionKinds = []func(*owner){
	func(e *owner) { // a shell goes on while the server dies, and the task ends once
		id := e.submit(session(), "a session", outcome(godocker.Killed))
		e.ran(id, 1)
		if !e.reach(id, "ready", ready) {
			return
		}
		c, run := e.shell(id)
		if c == nil {
			return
		}
		defer c.Close()
		done := make(chan error, 1)
		go func() { done <- run.Wait() }()
		e.insistOn(id, "let people in by the gateway", func() error {
			got, err := e.byGateway(id, "cat shell")
			if err == nil && strings.TrimSpace(got) == "" {
				err = fmt.Errorf("the shell wrote nothing")
			}
			return err
		})
		e.letGo(id)
		select {
		case err := <-done:
			if err != nil {
				e.t.Errorf("the shell in task %d ended with %v", id, err)
			}
		case <-time.After(patience):
			e.t.Errorf("the shell in task %d does not end", id)
		}
		e.kill(id)
	},
	func(e *owner) { // frozen once it is idle, and thawed by who comes
		one := session()
		one.Requirements.Idle, one.Requirements.IdleAction = "2s", string(godocker.IdleSuspend)
		id := e.submit(one, "an idle session", outcome(godocker.Killed))
		e.ran(id, 1)
		for range 2 {
			if !e.reach(id, "frozen", func(one api.Task) bool { return one.Status.Idle != nil && one.Status.Idle.Frozen && frozen(one) }) {
				return
			}
			e.insistOn(id, "thaw", func() error { _, err := e.byGateway(id, "true"); return err })
		}
		e.kill(id)
	},
	func(e *owner) {
		one := session()
		one.Requirements.Idle, one.Requirements.IdleAction = "2s", string(godocker.IdleEnd)
		e.ran(e.submit(one, "an idle session that is to end", outcome(godocker.Idled)), 1)
	},
}

// session is an interactive task that leaves its line.
func session() api.Task {
	on := true
	one := kept("")
	one.Command.Interactive, one.Container.Network = true, &on
	return one
}

func ready(one api.Task) bool { return one.Container.SSH != nil && one.Container.SSH.Ready }

func frozen(one api.Task) bool {
	return one.Status.Secondary != nil && *one.Status.Secondary == "suspended"
}

// login logs in with the owner's API key.
func (e *owner) login(addr, user string) (*ssh.Client, error) {
	c, err := net.DialTimeout("tcp", addr, 20*time.Second)
	if err != nil {
		return nil, err
	}
	_ = c.SetDeadline(time.Now().Add(40 * time.Second))
	conn, chans, reqs, err := ssh.NewClientConn(c, addr, &ssh.ClientConfig{User: user, Auth: []ssh.AuthMethod{ssh.Password(e.s.Key)},
		HostKeyCallback: ssh.InsecureIgnoreHostKey()}) //nolint:gosec // it is on this machine
	if err != nil {
		_ = c.Close()
		return nil, err
	}
	_ = c.SetDeadline(time.Time{})
	return ssh.NewClient(conn, chans, reqs), nil
}

// shell begins, at the task's own port, what goes on until the owner lets the task go.
func (e *owner) shell(id int64) (*ssh.Client, *ssh.Session) {
	var c *ssh.Client
	e.insistOn(id, "let its owner in", func() error {
		one, err := e.task(id)
		if err != nil {
			return err
		}
		for _, p := range one.Container.PortMapping {
			if p.Container == 22 {
				c, err = e.login(net.JoinHostPort("127.0.0.1", strconv.Itoa(p.Host)), "godocker")
				return err
			}
		}
		return fmt.Errorf("it has no port")
	})
	if c == nil {
		return nil, nil
	}
	run, err := c.NewSession()
	if err == nil {
		err = run.Start("echo $$ >shell; while [ ! -e go ]; do sleep 0.1; done; rm go")
	}
	if err != nil {
		e.t.Errorf("task %d: %v", id, err)
		_ = c.Close()
		return nil, nil
	}
	return c, run
}

// byGateway runs a command through the gateway.
func (e *owner) byGateway(id int64, command string) (string, error) {
	c, err := e.login(e.gateway, strconv.FormatInt(id, 10))
	if err != nil {
		return "", err
	}
	defer c.Close()
	run, err := c.NewSession()
	if err != nil {
		return "", err
	}
	out, err := run.Output(command)
	return string(out), err
}

// insistOn tries until something comes to be.
func (e *owner) insistOn(id int64, what string, try func() error) {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for end := time.Now().Add(patience); ; <-tick.C {
		err := try()
		if err == nil {
			return
		}
		if time.Now().After(end) {
			e.t.Errorf("task %d (%s) does not %s: %v", id, e.called(id), what, err)
			return
		}
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// oneResult fails the test unless each session has one result.
func (e *owner) oneResult() {
	e.t.Helper()
	for id, a := range e.asked {
		if !strings.Contains(a.what, "session") {
			continue
		}
		one, err := e.task(id)
		if err != nil {
			e.t.Error(err)
			continue
		}
		begun, err := filepath.Glob(filepath.Join(folderOf(one), ".god", "attempt-*.json"))
		if err != nil || len(begun) != 1 {
			left, _ := os.ReadDir(filepath.Join(folderOf(one), ".god"))
			e.t.Errorf("task %d has the results %v of %d attempts; its folder has %v", id, begun, one.Status.Attempt, left)
		}
	}
}
