package webport

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"

	"godocker"
)

const (
	maxStreams = 48               // connections to the port of a task; more wait
	streamIdle = 30 * time.Second // that a connection to it is kept for the next request
	lineIdle   = 30 * time.Second // that a line is kept without one
	enterTime  = 30 * time.Second
)

// An attempt is what a line leads to.
type attempt struct {
	task   int64
	number int
	mark   string
	port   int
}

func attemptOf(t *godocker.Task) attempt {
	return attempt{t.ID, t.Attempt, t.Mark(), t.Requirements.WebPort}
}

// lines are the connections to tasks, one for each attempt.
type lines struct {
	ctx       context.Context
	hall      Hall
	mu        sync.Mutex
	byAttempt map[attempt]*line
}

// A line is a login to the ssh server of an attempt, through which connections go to its
// one port.
type line struct {
	all       *lines
	to        attempt
	transport *http.Transport

	login  sync.Mutex // of those who want to log in
	mu     sync.Mutex
	task   godocker.Task
	client *ssh.Client // nil = not logged in
	used   int
	idle   *time.Timer
}

// to returns the line to the attempt of a task.
func (ls *lines) to(t *godocker.Task) *line {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	at := attemptOf(t)
	l := ls.byAttempt[at]
	if l == nil {
		l = &line{all: ls, to: at, task: *t}
		l.transport = &http.Transport{DialContext: l.dial, MaxConnsPerHost: maxStreams, MaxIdleConnsPerHost: maxStreams, IdleConnTimeout: streamIdle,
			MaxResponseHeaderBytes: maxHeaders, DisableCompression: true}
		l.idle = time.AfterFunc(enterTime+lineIdle, l.close)
		ls.byAttempt[at] = l
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.task = *t // it may have come to be ready
	return l
}

// dial connects to the port of the task.
func (l *line) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	l.use(1)
	client, err := l.enter(ctx)
	var c net.Conn
	if err == nil {
		c, err = client.DialContext(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(l.to.port)))
	}
	if err != nil {
		l.use(-1)
		return nil, err
	}
	return &stream{Conn: c, end: sync.OnceFunc(func() { l.use(-1) })}, nil
}

// enter logs in, unless somebody has.
func (l *line) enter(ctx context.Context) (*ssh.Client, error) {
	l.login.Lock()
	defer l.login.Unlock()
	l.mu.Lock()
	client, task := l.client, l.task
	l.mu.Unlock()
	if client != nil {
		return client, nil
	}
	ctx, cancel := context.WithTimeout(ctx, enterTime)
	defer cancel()
	to, err := l.all.hall.Enter(ctx, &task)
	if err != nil {
		return nil, err
	}
	client = ssh.NewClient(to.Conn, to.Channels, to.Requests)
	l.mu.Lock()
	l.client = client
	l.mu.Unlock()
	stop := context.AfterFunc(l.all.ctx, func() { _ = client.Close() })
	go func() {
		_ = client.Wait()
		stop()
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.client == client {
			l.client = nil
		}
	}()
	return client, nil
}

// use counts those who use the line. Unused, it is closed after a while.
func (l *line) use(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.used += n; l.used == 0 {
		l.idle.Reset(lineIdle)
	}
}

func (l *line) close() {
	l.all.mu.Lock()
	defer l.all.mu.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.used > 0 {
		return
	}
	if l.all.byAttempt[l.to] == l {
		delete(l.all.byAttempt, l.to)
	}
	if l.client != nil {
		_ = l.client.Close()
	}
}

// A stream is a connection to the port of a task.
type stream struct {
	net.Conn
	end func()
}

func (s *stream) Close() error {
	defer s.end()
	return s.Conn.Close()
}
