package main

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"

	"godocker"
	"godocker/api"
	"godocker/internal/runner/spec"

	"github.com/spf13/cobra"
)

// sshPort is the container's.
const sshPort = 22

func (a *client) ssh() *cobra.Command {
	var shell string
	c := &cobra.Command{Use: "ssh ID [COMMAND]...", Short: "Log in to interactive tasks", Args: cobra.MinimumNArgs(1),
		Long: "Log in to an interactive task, or run a command there, with the ssh of this machine where it\n" +
			"has one, through the gateway if the site has one. No configuration is needed: the host key\n" +
			"comes from the server. Whoever has no\n" +
			"ssh key at the server (god user update --sshkey FILE) logs in with the API key, by itself.",
		Example: "  god ssh 12\n  god ssh 12 nvidia-smi -L\n  god ssh --shell work 12",
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case shell != "" && len(args) > 1:
				return godocker.Errorf(godocker.Invalid, "a shell with a name takes no command: leave out %q", args[1])
			case shell != "" && !spec.ShellName.MatchString(shell):
				return godocker.Errorf(godocker.Invalid, "--shell %.80q: want letters, digits, _ . and -, at most 64", shell)
			}
			at, err := a.session(c, args[0])
			if err != nil {
				return err
			}
			at.shell = shell
			return at.visit(c.Context(), args[1:])
		}}
	c.Flags().SetInterspersed(false)
	c.Flags().StringVar(&shell, "shell", "", "begin or rejoin the shell with this name, which goes on when you leave")
	info := &cobra.Command{Use: "info ID", Short: "Tell where an interactive task is reached, and its host key", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			at, err := a.session(c, args[0])
			if err != nil {
				return err
			}
			w := c.OutOrStdout()
			if done, err := a.document(w, at); done {
				return err
			}
			fmt.Fprintf(w, "ssh -p %d %s@%s\n", at.Port, at.User, at.Host)
			if at.Fingerprint != "" {
				fmt.Fprintf(w, "Host key: ED25519 %s\n", at.Fingerprint)
			}
			return nil
		}}
	connect := &cobra.Command{Use: "connect ID", Short: "Log in to an interactive task", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			at, err := a.session(c, args[0])
			if err != nil {
				return err
			}
			return at.visit(c.Context(), nil)
		}}
	c.AddCommand(info, connect)
	return c
}

// session is where to log in.
type session struct {
	Task        int64  `json:"task"`
	User        string `json:"user"`
	Host        string `json:"host"`
	Port        int    `json:"port"`
	HostKey     string `json:"host_key,omitempty"`
	Fingerprint string `json:"fingerprint,omitempty"`
	Gateway     bool   `json:"gateway,omitempty"` // through that of the site

	shell string // with a name; "" = one that ends with the connection
}

func (a *client) session(c *cobra.Command, arg string) (session, error) {
	srv, n, err := a.about(c, arg)
	if err != nil {
		return session{}, err
	}
	k, err := srv.Task(c.Context(), n)
	if err == nil {
		k, err = thawed(c, srv, k)
	}
	if err != nil {
		return session{}, err
	}
	return through(c.Context(), srv, k)
}

// through is where to log in to a task: at the gateway of the site if it has one.
func through(ctx context.Context, srv *api.Client, k api.Task) (session, error) {
	conf, err := srv.Config(ctx)
	if err != nil {
		return session{}, err
	}
	if conf.SSH == nil {
		return sessionOf(k, srv.Server)
	}
	return gatewayOf(*conf.SSH, srv.Server, k.ID), enterable(k)
}

// gatewayOf is where a gateway leads to a task.
func gatewayOf(g api.Gateway, server string, task int64) session {
	at := session{Task: task, User: strconv.FormatInt(task, 10), Host: g.Host, Port: g.Port, HostKey: g.HostKey, Fingerprint: g.Fingerprint, Gateway: true}
	if u, err := url.Parse(server); err == nil && at.Host == "" {
		at.Host = u.Hostname()
	}
	return at
}

// sessionOf finds out where a task is reached. A node that is called localhost is the
// server's own.
func sessionOf(k api.Task, server string) (session, error) {
	at := session{Task: k.ID, User: "godocker", Host: cmp.Or(node(k), k.Container.IPAddress)}
	for _, p := range k.Container.PortMapping {
		if p.Container == sshPort {
			at.Port, at.Host = p.Host, cmp.Or(p.IP, at.Host)
		}
	}
	if s := k.Container.SSH; s != nil {
		at.User, at.HostKey, at.Fingerprint = s.User, s.HostKey, s.Fingerprint
	}
	if u, err := url.Parse(server); err == nil && (at.Host == "localhost" || at.Host == "") {
		at.Host = u.Hostname()
	}
	err := enterable(k)
	switch {
	case !k.Command.Interactive && err != nil:
		err = godocker.Errorf(godocker.Conflict, "task %d is not interactive: submit one with godjob create --interactive", k.ID)
	case err != nil:
	case !k.Command.Interactive:
		err = godocker.Errorf(godocker.Conflict, "task %d is not interactive: open a shell beside it with: god attach %d; for more, the site needs an ssh gateway", k.ID, k.ID)
	case at.Port == 0:
		err = godocker.Errorf(godocker.Conflict, "task %d has no port to log in to yet; try again in a moment", k.ID)
	}
	return at, err
}

// enterable tells why nobody can log in to a task just now.
func enterable(k api.Task) error {
	switch {
	case k.Status.Primary != string(godocker.Running):
		return godocker.Errorf(godocker.Conflict, "task %d cannot be logged in to: it is %s", k.ID, describe(k.Status))
	case suspended(k.Status):
		return godocker.Errorf(godocker.Conflict, "task %d is suspended; it goes on after: god job resume %d", k.ID, k.ID)
	case k.Container.SSH != nil && !k.Container.SSH.Ready:
		return godocker.Errorf(godocker.Conflict, "task %d cannot be logged in to yet: its script runs before that; see: god job logs %d", k.ID, k.ID)
	}
	return nil
}

// visit logs in, or runs a command there. With an ssh of this machine it does not return
// unless that cannot be started.
func (s session) visit(ctx context.Context, command []string) error {
	program, err := exec.LookPath("ssh")
	if err != nil {
		return s.dial(ctx, command)
	}
	args, env, err := s.options()
	if err != nil {
		return err
	}
	if s.shell != "" {
		args = append(args, "-t", "-o", "SetEnv="+spec.ShellVariable+"="+s.shell)
	}
	args = append(append([]string{"ssh"}, args...), s.User+"@"+s.Host)
	return syscall.Exec(program, append(args, command...), env)
}

// options are those of ssh, scp and sftp that lead to the task and to nothing else, and
// the environment in which they ask this program for the password.
func (s session) options() (args, env []string, err error) {
	args, env = []string{"-o", "Port=" + strconv.Itoa(s.Port), "-o", "NumberOfPasswordPrompts=1"}, os.Environ()
	if s.HostKey == "" {
		return args, env, nil
	}
	file, err := s.knownHosts()
	if err != nil {
		return nil, nil, err
	}
	args = append(args, "-o", "HostKeyAlias="+s.alias(), "-o", "UserKnownHostsFile="+strconv.Quote(file), "-o", "GlobalKnownHostsFile=/dev/null",
		"-o", "StrictHostKeyChecking=yes", "-o", "UpdateHostKeys=no", "-o", "CheckHostIP=no")
	if self, err := os.Executable(); err == nil {
		env = append(env, "SSH_ASKPASS="+self, "SSH_ASKPASS_REQUIRE=force", askVariable+"="+s.prompt())
	}
	return args, env, nil
}

const (
	// attachFirst and attachLast are how often it is asked whether people can log in.
	attachFirst = 50 * time.Millisecond
	attachLast  = time.Second
)

// attach waits until people can log in to a task, telling what it waits for, and does so.
func attach(c *cobra.Command, srv *api.Client, id int64) error {
	p := newProgress(c.ErrOrStderr())
	for pause := attachFirst; ; pause = min(pause+pause/10, attachLast) {
		k, err := srv.Task(c.Context(), id)
		if err == nil && final(k.Status) {
			err = godocker.Errorf(godocker.Conflict, "task %d is %s", id, describe(k.Status))
		}
		if err != nil {
			p.clear()
			return err
		}
		if k.Container.SSH != nil && k.Container.SSH.Ready {
			p.clear()
			at, err := through(c.Context(), srv, k)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.ErrOrStderr(), "Task %d goes on when you leave. Come back with: god ssh %d; end it with: god job kill %d\n", id, id, id)
			return at.visit(c.Context(), nil)
		}
		waits := describe(k.Status)
		if k.Container.Status != "" && reason(k.Status) == "" {
			waits += ": " + oneLine(k.Container.Status)
		}
		p.say(waits)
		wait := time.NewTimer(pause)
		select {
		case <-c.Context().Done():
			wait.Stop()
			p.clear()
			return c.Context().Err()
		case <-wait.C:
		}
	}
}
