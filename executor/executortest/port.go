package executortest

import (
	"cmp"
	"errors"
	"io"
	"net"
	"strconv"
	"testing"
	"time"

	"godocker"
	"godocker/executor"
)

// ports holds that a port of the container is reached on the node, that a receipt
// always tells where, and that a port which is not free is told apart from a task that
// cannot start. Any user may open those below 1024, too.
func (s suite) ports(t *testing.T) {
	e := s.New(t)
	if !e.Capabilities().Ports {
		t.Skip("the engine opens no ports")
	}
	if e.Capabilities().Addresses {
		s.address(t, e)
		return
	}
	l, err := s.Listen(s.Node)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	host := l.Addr().(*net.TCPAddr).Port
	mapping := godocker.PortMapping{Host: host, Container: 80}
	a := s.task(s.Run(time.Hour, 0))
	if s.Shell != nil {
		a = s.task(s.Shell("while true; do echo hello | nc -l -p 80; done"))
	}
	a.Network, a.Node, a.Ports = true, s.Node, []godocker.PortMapping{mapping}
	if s.Shell != nil {
		_, err := e.Start(t.Context(), a)
		if taken, ok := errors.AsType[executor.PortTaken](err); !ok || taken.Port != host {
			t.Fatalf("Start on a port that is in use: %v", err)
		}
		s.wait(t, e, executor.Handle(a.Name()), executor.Lost)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		got, err := e.Start(t.Context(), a)
		if err != nil || len(got.Ports) != 1 {
			t.Fatalf("Start = %+v, %v", got, err)
		}
		if mapping.IP = got.Ports[0].IP; got.Ports[0] != mapping {
			t.Fatalf("Start = %+v, want the port %+v", got, mapping)
		}
	}
	s.start(t, e, a)
	if s.Shell != nil {
		s.until(t, func() bool { return said(mapping) == "hello\n" }, func() string { return "nothing answers at the port" })
	}
}

// address holds that a port of an attempt which has an address of its own is reached there,
// and that a receipt always tells where. Two may have the same port.
func (s suite) address(t *testing.T, e executor.Executor) {
	a := s.task(s.Run(time.Hour, 0))
	if s.Shell != nil {
		a = s.task(s.Shell("while true; do echo hello | nc -l -p 80; done"))
	}
	a.Network, a.Ports = true, []godocker.PortMapping{{Host: 80, Container: 80}}
	h := s.start(t, e, a)
	other := a
	other.Attempt++
	s.start(t, e, other)
	got, err := e.Start(t.Context(), a)
	if err != nil || got.Handle != h || len(got.Ports) != 1 || got.Ports[0].IP == "" || got.Ports[0].Host != 80 {
		t.Fatalf("Start = %+v, %v", got, err)
	}
	if s.Shell != nil {
		s.until(t, func() bool { return said(got.Ports[0]) == "hello\n" }, func() string { return "nothing answers at the port" })
	}
}

// said is what a port says.
func said(p godocker.PortMapping) string {
	c, err := net.DialTimeout("tcp", net.JoinHostPort(cmp.Or(p.IP, "127.0.0.1"), strconv.Itoa(p.Host)), time.Second)
	if err != nil {
		return ""
	}
	defer c.Close()
	_ = c.SetReadDeadline(time.Now().Add(time.Second))
	text, _ := io.ReadAll(c)
	return string(text)
}
