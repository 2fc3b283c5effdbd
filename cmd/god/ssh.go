package main

import (
	"cmp"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"syscall"

	"godocker"
	"godocker/api"

	"github.com/spf13/cobra"
)

// sshPort is the container's.
const sshPort = 22

func (a *client) ssh() *cobra.Command {
	c := group(&cobra.Command{Use: "ssh", Short: "Log in to interactive tasks"})
	info := &cobra.Command{Use: "info ID", Short: "Tell where an interactive task is reached", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			at, err := a.session(c, args[0])
			if err != nil {
				return err
			}
			if done, err := a.document(c.OutOrStdout(), at); done {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "ssh -p %d %s@%s\n", at.Port, at.User, at.Host)
			return nil
		}}
	connect := &cobra.Command{Use: "connect ID", Short: "Log in to an interactive task with ssh", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			at, err := a.session(c, args[0])
			if err != nil {
				return err
			}
			program, err := exec.LookPath("ssh")
			if err != nil {
				return fmt.Errorf("there is no ssh on this machine: %w", err)
			}
			return syscall.Exec(program, []string{"ssh", "-p", strconv.Itoa(at.Port), at.User + "@" + at.Host}, os.Environ())
		}}
	c.AddCommand(info, connect)
	return c
}

// session is where to log in.
type session struct {
	Task int64  `json:"task"`
	User string `json:"user"`
	Host string `json:"host"`
	Port int    `json:"port"`
}

func (a *client) session(c *cobra.Command, arg string) (session, error) {
	srv, n, err := a.about(c, arg)
	if err != nil {
		return session{}, err
	}
	k, err := srv.Task(c.Context(), n)
	if err != nil {
		return session{}, err
	}
	return sessionOf(k, srv.Server)
}

// sessionOf finds out where a task is reached. A node that is called localhost is the
// server's own.
func sessionOf(k api.Task, server string) (session, error) {
	at := session{Task: k.ID, User: "godocker", Host: cmp.Or(node(k), k.Container.IPAddress)}
	for _, p := range k.Container.PortMapping {
		if p.Container == sshPort {
			at.Port = p.Host
		}
	}
	if u, err := url.Parse(server); err == nil && (at.Host == "localhost" || at.Host == "") {
		at.Host = u.Hostname()
	}
	switch {
	case !k.Command.Interactive:
		return at, godocker.Errorf(godocker.Conflict, "task %d is not interactive: submit one with godjob create --interactive", k.ID)
	case k.Status.Primary != string(godocker.Running):
		return at, godocker.Errorf(godocker.Conflict, "task %d cannot be logged in to: it is %s", k.ID, describe(k.Status))
	case at.Port == 0:
		return at, godocker.Errorf(godocker.Conflict, "task %d has no port to log in to yet; try again in a moment", k.ID)
	}
	return at, nil
}
