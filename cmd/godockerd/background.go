package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"godocker/internal/config"

	"github.com/spf13/cobra"
)

const (
	startWait = 30 * time.Second
	stopWait  = 60 * time.Second
)

func (s *settings) start() *cobra.Command {
	return &cobra.Command{Use: "start", Short: "Start the server in the background", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			conf, err := s.load()
			if err != nil {
				return err
			}
			if err := conf.Check(); err != nil {
				return err
			}
			if pid := running(conf, os.Getenv("GOD_PROCID")); pid != 0 {
				return fmt.Errorf("the server runs already, as process %d", pid)
			}
			if err := free(conf.Listen); err != nil {
				return fmt.Errorf("listen: %w; another program has this address", err)
			}
			return s.launch(c, conf)
		}}
}

// free reports whether a server can listen there. Without asking, the answers of
// another one would be taken for those of the one that is started.
func free(address string) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	return l.Close()
}

func logPath(c *config.Config) string {
	return filepath.Join(c.DataDir, "godockerd"+os.Getenv("GOD_PROCID")+".log")
}

// launch starts this program again, free of the terminal, and waits until it
// answers.
func (s *settings) launch(c *cobra.Command, conf *config.Config) error {
	if err := os.MkdirAll(conf.DataDir, 0o700); err != nil {
		return fmt.Errorf("data_dir: %w", err)
	}
	out, err := os.OpenFile(logPath(conf), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()
	path, err := s.find()
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	child := exec.Command(self, "serve", "--config", path)
	child.Stdout, child.Stderr = out, out
	child.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := child.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() {
		_ = child.Wait() // its log says why it ended
		close(ended)
	}()
	ctx, cancel := context.WithTimeout(c.Context(), startWait)
	defer cancel()
	for !answers(ctx, conf) {
		select {
		case <-ended:
			return fmt.Errorf("the server ended at once; %s says why:\n%s", logPath(conf), tail(logPath(conf)))
		case <-ctx.Done():
			return fmt.Errorf("the server does not answer at http://%s yet; see %s", conf.Listen, logPath(conf))
		case <-time.After(50 * time.Millisecond):
		}
	}
	fmt.Fprintf(c.OutOrStdout(), "The server runs at http://%s (process %d, log %s)\n", conf.Listen, child.Process.Pid, logPath(conf))
	return nil
}

func answers(ctx context.Context, conf *config.Config) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	host, port, err := net.SplitHostPort(conf.Listen)
	if err != nil {
		return false
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/api/1.0/ping", nil)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// tail returns the last few lines of a log.
func tail(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	const most = 1000
	if len(text) > most {
		text = text[len(text)-most:]
	}
	return string(text)
}

// server finds the process that works by the configuration; pid is 0 if there is none.
func (s *settings) server() (conf *config.Config, procid string, pid int, err error) {
	procid = os.Getenv("GOD_PROCID")
	if conf, err = s.load(); err == nil {
		pid = running(conf, procid)
	}
	return conf, procid, pid, err
}

// others says which processes run here under another GOD_PROCID than the given one, and
// how a command reaches them; "" if none does.
func others(conf *config.Config, procid, command string) string {
	paths, _ := filepath.Glob(pidPath(conf, "*"))
	var run []string
	for _, path := range paths {
		id := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "godockerd"), ".pid")
		if pid := running(conf, id); pid != 0 && id != procid {
			run = append(run, fmt.Sprintf("GOD_PROCID=%s godockerd %s (process %d)", id, command, pid))
		}
	}
	if len(run) == 0 {
		return ""
	}
	return "; others do: " + strings.Join(run, ", ")
}

func (s *settings) stop() *cobra.Command {
	return &cobra.Command{Use: "stop", Short: "Stop the server; tasks that run go on", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			conf, procid, pid, err := s.server()
			if err != nil {
				return err
			}
			if pid == 0 {
				fmt.Fprintln(c.OutOrStdout(), "The server does not run"+others(conf, procid, "stop"))
				return nil
			}
			if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
				return fmt.Errorf("process %d: %w", pid, err)
			}
			for end := time.Now().Add(stopWait); running(conf, procid) != 0; {
				if time.Now().After(end) {
					return fmt.Errorf("process %d did not stop within %v", pid, stopWait)
				}
				select {
				case <-c.Context().Done():
					return c.Context().Err()
				case <-time.After(20 * time.Millisecond):
				}
			}
			fmt.Fprintln(c.OutOrStdout(), "The server has stopped; tasks that run go on")
			return nil
		}}
}

func (s *settings) status() *cobra.Command {
	return &cobra.Command{Use: "status", Short: "Say whether the server runs; exits with 1 if not", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			conf, procid, pid, err := s.server()
			if err != nil {
				return err
			}
			switch {
			case pid == 0:
				return errors.New("the server does not run" + others(conf, procid, "status"))
			case !answers(c.Context(), conf):
				return fmt.Errorf("process %d runs, and nothing answers at http://%s", pid, conf.Listen)
			}
			fmt.Fprintf(c.OutOrStdout(), "The server runs at http://%s (process %d)\n", conf.Listen, pid)
			return nil
		}}
}
