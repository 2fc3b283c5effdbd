// Package daemon runs real godockerd processes for tests and measurements that
// look at the product from outside: as a process, over HTTP, with kill -9.
package daemon

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"godocker/api"
)

// A Server is one installation with one process at a time. Its methods are not for
// concurrent use, except Client.
type Server struct {
	Dir     string // everything of it
	Address string // host:port of its web server
	Cluster string
	User    string // who may submit; an administrator
	UID     int
	Key     string
	Bin     string // folder of the programs

	config string
	env    []string
	roles  []string
	cmd    *exec.Cmd
	dead   chan struct{}
}

// Options say how a Server differs from the ordinary one.
type Options struct {
	Bin     string // folder of the programs; see Build
	Dir     string // made if missing
	Cluster string
	Config  string   // further keys of the configuration, in YAML
	Env     []string // further variables of the process
	Shared  string   // shared_dir, if not one of its own
	Roles   []string // parts to run, if not all
	Beside  *Server  // another process of this server's installation, if not nil
}

const (
	user = "tester"
	uid  = 1000
)

// New writes the configuration and, unless it stands beside another server, adds a
// user. It starts nothing.
func New(o Options) (*Server, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	s := &Server{Dir: o.Dir, Address: address, Cluster: o.Cluster, User: user, UID: uid,
		Bin: o.Bin, config: filepath.Join(o.Dir, "go-d.ini"), env: append(os.Environ(), o.Env...), roles: o.Roles}
	if o.Shared == "" {
		o.Shared = filepath.Join(o.Dir, "shared")
	}
	text := fmt.Sprintf("shared_dir: %q\ndata_dir: %q\nlisten: %q\ncluster: %q\nsecret_passphrase: a-passphrase-for-tests-alone\n"+
		"allow_user_images: true\nrate_limit_all: 0\n%s\n", o.Shared, filepath.Join(o.Dir, "data"), address, o.Cluster, o.Config)
	if err := os.MkdirAll(o.Shared, 0o755); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return nil, err
	}
	if err := os.WriteFile(s.config, []byte(text), 0o600); err != nil {
		return nil, err
	}
	if o.Beside != nil {
		s.Key = o.Beside.Key
		return s, nil
	}
	out, err := s.Run("user", "add", user, "--uid", fmt.Sprint(uid), "--admin")
	s.Key = strings.TrimSpace(out)
	return s, err
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// Run runs an administration command of the server and returns what it printed.
func (s *Server) Run(args ...string) (string, error) {
	c := exec.Command(filepath.Join(s.Bin, "godockerd"), append([]string{"--config", s.config}, args...)...)
	c.Env = s.env
	var out, complaints bytes.Buffer
	c.Stdout, c.Stderr = &out, &complaints
	if err := c.Run(); err != nil {
		return "", fmt.Errorf("godockerd %s: %w\n%s", strings.Join(args, " "), err, complaints.String())
	}
	return out.String(), nil
}

// Launch starts the process and does not wait until it answers. Its log is added
// to the file LogPath.
func (s *Server) Launch() error {
	log, err := os.OpenFile(s.LogPath(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	args := []string{"--config", s.config, "serve"}
	for _, r := range s.roles {
		args = append(args, "--role", r)
	}
	s.cmd = exec.Command(filepath.Join(s.Bin, "godockerd"), args...)
	s.cmd.Env, s.cmd.Stdout, s.cmd.Stderr = s.env, log, log
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := s.cmd.Start(); err != nil {
		return err
	}
	dead, cmd := make(chan struct{}), s.cmd
	s.dead = dead
	go func() {
		defer close(dead)
		_ = cmd.Wait()
	}()
	return nil
}

// Start starts the process and returns when it answers.
func (s *Server) Start(ctx context.Context) error {
	if err := s.Launch(); err != nil {
		return err
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		if c, err := net.DialTimeout("tcp", s.Address, time.Second); err == nil {
			return c.Close()
		}
		select {
		case <-tick.C:
		case <-s.dead:
			return fmt.Errorf("the server ended at once:\n%s", s.LogEnd())
		case <-ctx.Done():
			return fmt.Errorf("the server does not answer: %w\n%s", ctx.Err(), s.LogEnd())
		}
	}
}

// PID is the running process.
func (s *Server) PID() int { return s.cmd.Process.Pid }

// Dead is closed when the process launched last has ended.
func (s *Server) Dead() <-chan struct{} { return s.dead }

// Kill ends the process by SIGKILL, at once. It may be called without one.
func (s *Server) Kill() { s.signal(syscall.SIGKILL) }

// Stop asks the process to end, and waits until it has.
func (s *Server) Stop() { s.signal(syscall.SIGTERM) }

func (s *Server) signal(sig syscall.Signal) {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Signal(sig)
	<-s.dead
}

// LogPath is the file that the process logs to.
func (s *Server) LogPath() string { return filepath.Join(s.Dir, "log") }

// LogEnd is the end of the log.
func (s *Server) LogEnd() string {
	text, _ := os.ReadFile(s.LogPath())
	return string(text[max(0, len(text)-4000):])
}

// DatabasePath is the file of the embedded database.
func (s *Server) DatabasePath() string { return filepath.Join(s.Dir, "data", "godocker.db") }

// Client logs in, as often as it takes until ctx ends.
func (s *Server) Client(ctx context.Context) (*api.Client, error) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	c := api.NewClient("http://"+s.Address, false)
	for {
		err := c.Login(ctx, s.User, s.Key)
		if err == nil {
			return c, nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil, err
		}
	}
}

var unique sync.Mutex
var last int64

// Name returns a name of a cluster that no other run uses.
func Name(prefix string) string {
	unique.Lock()
	defer unique.Unlock()
	last = max(last+1, time.Now().UnixMilli())
	return fmt.Sprintf("%s-%x", prefix, last)
}
