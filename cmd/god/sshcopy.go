package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"

	"godocker"

	"github.com/spf13/cobra"
)

// remote is a file of a task, as ID:PATH.
var remote = regexp.MustCompile(`^([0-9]+):(.*)$`)

func (a *client) cp() *cobra.Command {
	var recursive, keep bool
	c := &cobra.Command{Use: "cp SOURCE... TARGET", Short: "Copy files to and from an interactive task", Args: cobra.MinimumNArgs(2),
		Long: "Copy files to and from an interactive task that runs, with the scp of this machine. Files of the\n" +
			"task are ID:PATH, from its folder on unless the path begins with /.",
		Example: "  god cp data.csv 12:\n  god cp -r 12:results .",
		RunE: func(c *cobra.Command, args []string) error {
			id, err := oneTask(args)
			if err != nil {
				return err
			}
			at, err := a.session(c, id)
			if err != nil {
				return err
			}
			var flags []string
			if recursive {
				flags = append(flags, "-r")
			}
			if keep {
				flags = append(flags, "-p")
			}
			return at.become("scp", flags, append([]string{"--"}, at.files(args)...))
		}}
	c.Flags().BoolVarP(&recursive, "recursive", "r", false, "folders, too")
	c.Flags().BoolVarP(&keep, "preserve", "p", false, "keep times and permissions")
	return c
}

// oneTask is the task that the files are of, of which there must be one.
func oneTask(files []string) (string, error) {
	id := ""
	for _, f := range files {
		if m := remote.FindStringSubmatch(f); m != nil {
			if id != "" && id != m[1] {
				return "", godocker.Errorf(godocker.Invalid, "these are files of two tasks, %s and %s: copy them by way of this machine", id, m[1])
			}
			id = m[1]
		}
	}
	if id == "" {
		return "", godocker.Errorf(godocker.Invalid, "none of these files is a task's: want ID:PATH, such as 12:results")
	}
	return id, nil
}

// files are what scp calls them. Whatever is not of the task is of this machine.
func (s session) files(args []string) []string {
	host := s.Host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	out := make([]string, len(args))
	for i, f := range args {
		if m := remote.FindStringSubmatch(f); m != nil {
			out[i] = s.User + "@" + host + ":" + m[2]
			continue
		}
		if out[i] = f; strings.Contains(f, ":") && f[0] != '/' {
			out[i] = "./" + f
		}
	}
	return out
}

// become runs a program of OpenSSH in place of this one.
func (s session) become(name string, flags, args []string) error {
	program, err := exec.LookPath(name)
	if err != nil {
		return godocker.Errorf(godocker.Unavailable, "there is no %s on this machine: install OpenSSH's client", name)
	}
	options, env, err := s.options()
	if err != nil {
		return err
	}
	return syscall.Exec(program, append(append(append([]string{name}, flags...), options...), args...), env)
}

func (a *client) forward() *cobra.Command {
	return &cobra.Command{Use: "forward ID [LOCAL:]PORT", Short: "Bring a port of an interactive task to this machine", Args: cobra.ExactArgs(2),
		Long: "Bring a port of an interactive task to this machine, for its programs alone, with the ssh of this\n" +
			"machine, until interrupted. LOCAL is the port here, if it is to be another one.",
		Example: "  god forward 12 8888\n  god forward 12 9000:8888",
		RunE: func(c *cobra.Command, args []string) error {
			local, port, err := portsOf(args[1])
			if err != nil {
				return err
			}
			at, err := a.session(c, args[0])
			if err != nil {
				return err
			}
			fmt.Fprintf(c.ErrOrStderr(), "Port %d of task %d is at http://localhost:%d until you interrupt this\n", port, at.Task, local)
			return at.become("ssh", []string{"-N", "-o", "ExitOnForwardFailure=yes",
				"-L", fmt.Sprintf("%s:localhost:%d", net.JoinHostPort("127.0.0.1", strconv.Itoa(local)), port)}, []string{at.User + "@" + at.Host})
		}}
}

func portsOf(text string) (local, port int, err error) {
	here, there, both := strings.Cut(text, ":")
	if !both {
		there = here
	}
	local, err1 := strconv.Atoi(here)
	port, err2 := strconv.Atoi(there)
	if err1 != nil || err2 != nil || min(local, port) < 1 || max(local, port) > 65535 {
		return 0, 0, godocker.Errorf(godocker.Invalid, "want a port of the task such as 8888, or the one here before it, such as 9000:8888, got %q", text)
	}
	return local, port, nil
}

var hostName = regexp.MustCompile(`^[A-Za-z0-9.:_-]+$`)

// hostPrefix stands before the number of a task where ssh wants a host.
const hostPrefix = "task-"

func (a *client) sshConfig() *cobra.Command {
	var of string
	c := &cobra.Command{Use: "ssh-config", Short: "Print what ~/.ssh/config needs for: ssh task-12", Args: cobra.NoArgs,
		Long: "Print what ~/.ssh/config needs so that other programs, such as editors, reach interactive tasks\n" +
			"by names such as task-12, through the gateway of the site, with your ssh key. Host keys come from\n" +
			"the server, as this program asks for them.",
		Example: "  god ssh-config >> ~/.ssh/config\n  ssh task-12",
		RunE: func(c *cobra.Command, _ []string) error {
			srv, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			conf, err := srv.Config(c.Context())
			if err != nil {
				return err
			}
			if conf.SSH == nil {
				return godocker.Errorf(godocker.Unavailable, "this site has no ssh gateway; tasks are reached at their nodes: god ssh info ID")
			}
			at := gatewayOf(*conf.SSH, srv.Server, 0)
			if !hostName.MatchString(at.Host) {
				return godocker.Errorf(godocker.Invalid, "the server calls the host of its gateway %q, which is no name", at.Host)
			}
			w := c.OutOrStdout()
			number, isTask := strings.CutPrefix(of, hostPrefix)
			switch {
			case of == gatewayName:
				fmt.Fprintln(w, of, at.HostKey)
				return nil
			case of != "":
				if !isTask {
					return nil // some other name of the host, which ssh asks for, too
				}
				n, err := id(number)
				if err != nil {
					return err
				}
				k, err := srv.Task(c.Context(), n)
				if err == nil && k.Container.SSH != nil {
					fmt.Fprintln(w, of, k.Container.SSH.HostKey)
				}
				return err
			}
			me, err := load()
			if err != nil {
				return err
			}
			self, err := os.Executable()
			if err != nil {
				return err
			}
			keys := fmt.Sprintf("    KnownHostsCommand %q ssh-config --host-key %%H\n    UserKnownHostsFile /dev/null\n    StrictHostKeyChecking yes\n", self)
			fmt.Fprintf(w, "Host %s\n    HostName %s\n    Port %d\n    User %s\n    HostKeyAlias %s\n%s\n", gatewayName, at.Host, at.Port, me.User, gatewayName, keys)
			fmt.Fprintf(w, "Host %s*\n    User godocker\n    ProxyJump %s\n%s", hostPrefix, gatewayName, keys)
			return nil
		}}
	c.Flags().StringVar(&of, "host-key", "", "print the host key of this name alone, as known_hosts has it")
	return c
}
