package main

import (
	"context"
	"errors"
	"net"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"godocker"
	"godocker/internal/runner/spec"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
	"golang.org/x/term"
)

const dialTime = 20 * time.Second

// dial logs in by itself, on a machine without ssh: with the keys of an agent, if there
// is one, and with the API key.
func (s session) dial(ctx context.Context, command []string) error {
	host, _, _, _, err := ssh.ParseAuthorizedKey([]byte(s.HostKey))
	if err != nil {
		return godocker.Errorf(godocker.Conflict, "there is no ssh on this machine, and the server does not tell the host key of task %d", s.Task)
	}
	me, err := load()
	if err != nil {
		return err
	}
	var auth []ssh.AuthMethod
	if sock := os.Getenv("SSH_AUTH_SOCK"); sock != "" {
		if c, err := new(net.Dialer).DialContext(ctx, "unix", sock); err == nil {
			defer c.Close()
			auth = append(auth, ssh.PublicKeysCallback(agent.NewClient(c).Signers))
		}
	}
	addr := net.JoinHostPort(s.Host, strconv.Itoa(s.Port))
	c, err := ssh.Dial("tcp", addr, &ssh.ClientConfig{User: s.User, Auth: append(auth, ssh.Password(me.APIKey)),
		HostKeyCallback: ssh.FixedHostKey(host), Timeout: dialTime})
	if err != nil {
		return godocker.Errorf(godocker.Unavailable, "task %d cannot be logged in to at %s: %w", s.Task, addr, err)
	}
	defer c.Close()
	run, err := c.NewSession()
	if err != nil {
		return err
	}
	defer run.Close()
	run.Stdin, run.Stdout, run.Stderr = os.Stdin, os.Stdout, os.Stderr
	if len(command) > 0 {
		return exitOfSession(run.Run(strings.Join(command, " ")))
	}
	if s.shell != "" {
		if err := run.Setenv(spec.ShellVariable, s.shell); err != nil {
			return err
		}
	}
	return exitOfSession(converse(run))
}

// converse gives the session the person's terminal.
func converse(run *ssh.Session) error {
	fd := int(os.Stdin.Fd())
	if term.IsTerminal(fd) {
		old, err := term.MakeRaw(fd)
		if err != nil {
			return err
		}
		defer func() { _ = term.Restore(fd, old) }()
		width, height, _ := term.GetSize(fd)
		if err := run.RequestPty(os.Getenv("TERM"), height, width, ssh.TerminalModes{}); err != nil {
			return err
		}
		resized := make(chan os.Signal, 1)
		signal.Notify(resized, syscall.SIGWINCH)
		defer signal.Stop(resized)
		go func() {
			for range resized {
				if width, height, err := term.GetSize(fd); err == nil {
					_ = run.WindowChange(height, width)
				}
			}
		}()
	}
	if err := run.Shell(); err != nil {
		return err
	}
	return run.Wait()
}

// exitOfSession makes the end over there this program's.
func exitOfSession(err error) error {
	if e, ok := errors.AsType[*ssh.ExitError](err); ok {
		if e.Signal() != "" {
			return exitCode(255)
		}
		return exitCode(e.ExitStatus())
	}
	return err
}
