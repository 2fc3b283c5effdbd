package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"godocker/api"
	"godocker/test/daemon"
)

const (
	transferSize = 256 // MB
	transferRuns = 3
	forReady     = 60 * time.Second
)

// gateway compares how fast files go by sftp through the gateway with how fast they go
// to and from the task itself.
func (b *bench) gateway() error {
	port, err := freePort()
	if err != nil {
		return err
	}
	return b.with("gateway", daemon.Options{Config: fmt.Sprintf("executors: [docker]\nssh: {listen: \"127.0.0.1:%d\"}", port)}, func(s *daemon.Server) error {
		c, err := s.Client(b.ctx)
		if err != nil {
			return err
		}
		key := filepath.Join(s.Dir, "key")
		if out, err := exec.CommandContext(b.ctx, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key).CombinedOutput(); err != nil {
			return fmt.Errorf("ssh-keygen: %w: %s", err, out)
		}
		env := append(os.Environ(), "GODOCKER_SERVER=http://"+s.Address, "GODOCKER_USER="+s.User, "GODOCKER_APIKEY="+s.Key)
		god := func(args ...string) (string, error) {
			c := exec.CommandContext(b.ctx, filepath.Join(s.Bin, "god"), args...)
			c.Env = env
			out, err := c.CombinedOutput()
			if err != nil {
				err = fmt.Errorf("god %s: %w: %s", args[0], err, out)
			}
			return string(out), err
		}
		if _, err := god("user", "update", "--sshkey", key+".pub"); err != nil {
			return err
		}
		out, err := god("job", "create", "-i", image, "-c", "1", "-r", "0.5", "--interactive")
		if err != nil {
			return err
		}
		id, err := strconv.ParseInt(strings.TrimSpace(out[strings.LastIndex(out, " ")+1:]), 10, 64)
		if err != nil {
			return err
		}
		defer func() {
			_, _ = god("job", "killall")
			_ = b.removed(s)
		}()
		direct, err := b.ready(c, id)
		if err != nil {
			return err
		}
		file, back := filepath.Join(s.Dir, "file"), filepath.Join(s.Dir, "back")
		if out, err := exec.CommandContext(b.ctx, "sh", "-c", fmt.Sprintf("head -c %dM /dev/urandom >%s", transferSize, file)).CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
		best := map[string]float64{}
		for range transferRuns {
			for _, way := range []struct {
				name, user string
				port       int
			}{{"direct", "godocker", direct}, {"gateway", strconv.FormatInt(id, 10), port}} {
				for _, do := range []string{"put " + file + " file", "get file " + back} {
					c := exec.CommandContext(b.ctx, "sftp", "-b", "-", "-F", "none", "-i", key, "-P", strconv.Itoa(way.port), "-o", "IdentitiesOnly=yes",
						"-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", way.user+"@127.0.0.1")
					c.Stdin = strings.NewReader(do + "\n")
					began := time.Now()
					if out, err := c.CombinedOutput(); err != nil {
						return fmt.Errorf("sftp, %s: %w: %s", way.name, err, out)
					}
					what := way.name + do[:3]
					best[what] = max(best[what], transferSize/time.Since(began).Seconds())
				}
			}
		}
		for _, do := range []string{"put", "get"} {
			b.table.add("sftp "+do+" through the gateway", fmt.Sprintf("%.2f of direct", best["gateway"+do]/best["direct"+do]), "≥ 0.5",
				"%d MB, best of %d: %.0f MB/s; to the task itself %.0f MB/s", transferSize, transferRuns, best["gateway"+do], best["direct"+do])
		}
		return nil
	})
}

// ready waits until people can log in to a task, and returns its port.
func (b *bench) ready(c *api.Client, id int64) (port int, err error) {
	ctx, cancel := context.WithTimeout(b.ctx, forReady)
	defer cancel()
	for {
		k, err := c.Task(ctx, id)
		if err != nil {
			return 0, err
		}
		if k.Container.SSH != nil && k.Container.SSH.Ready {
			for _, p := range k.Container.PortMapping {
				if p.Container == 22 {
					return p.Host, nil
				}
			}
			return 0, errors.New("the task has no port for logins")
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
