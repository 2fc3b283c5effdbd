package kubernetes_test

import (
	"errors"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/executor/kubernetes"
)

// Ports may be reached at the node, whatever the cluster made them, and that as long as the attempt
// is there. What the cluster has no ports for waits.
func nodePorts(t *testing.T) {
	e := engine(t, func(c *kubernetes.Config) { c.Ports = "node" })
	a := shell(t, "while true; do echo hello | nc -l -p 8000; done & while true; do echo there | nc -l -p 22; done")
	a.Network, a.Secret = true, &executor.Secret{Path: "/.the-secret", Content: []byte("x")}
	a.Ports = []godocker.PortMapping{{Host: 8000, Container: 8000}, {Host: 22, Container: 22}}
	got := start(t, e, a)
	again, err := e.Start(t.Context(), a)
	if err != nil || !slices.Equal(again.Ports, got.Ports) || len(got.Ports) != 2 {
		t.Fatalf("%+v and again %+v, %v", got, again, err)
	}
	for i, want := range []string{"hello\n", "there\n"} {
		p := got.Ports[i]
		if p.IP != "10.99.0.1" || p.Container != a.Ports[i].Container || p.Host < 30000 {
			t.Errorf("port %+v", p)
		}
		until(t, "nothing answers at the node's port", func() bool {
			c, err := net.DialTimeout("tcp", net.JoinHostPort(p.IP, strconv.Itoa(p.Host)), time.Second)
			if err != nil {
				return false
			}
			defer c.Close()
			must(t, c.SetDeadline(time.Now().Add(time.Second)))
			said := make([]byte, len(want))
			_, err = io.ReadFull(c, said)
			return err == nil && string(said) == want
		})
	}

	const quota = "/api/v1/namespaces/" + namespace + "/resourcequotas"
	must(t, call("POST", quota, map[string]any{"metadata": map[string]any{"name": "ports"}, "spec": map[string]any{"hard": map[string]any{"services.nodeports": "2"}}}, nil))
	defer func() { must(t, call("DELETE", quota+"/ports", nil, nil)) }()
	until(t, "the quota is not counted", func() bool {
		var q struct {
			Status struct{ Used map[string]string }
		}
		must(t, call("GET", quota+"/ports", nil, &q))
		return q.Status.Used["services.nodeports"] == "2"
	})
	b := shell(t, "true")
	b.Network, b.Ports = true, a.Ports
	if got, err := e.Start(t.Context(), b); !errors.Is(err, executor.ErrNoRoom) || !strings.Contains(err.Error(), "services.nodeports") {
		t.Errorf("without ports: %+v, %v", got, err)
	}
	if s := inspect(t, e, executor.Handle(b.Name())); s.Phase != executor.Lost {
		t.Errorf("it left %+v", s)
	}

	must(t, e.Remove(t.Context(), got.Handle))
	until(t, "services stay in the cluster", func() bool {
		var l struct{ Items []any }
		must(t, call("GET", "/api/v1/namespaces/"+namespace+"/services", nil, &l))
		return len(l.Items) == 0
	})
}
