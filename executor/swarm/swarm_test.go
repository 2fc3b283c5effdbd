package swarm_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/api/types/swarm"
	"github.com/moby/moby/client"
	"golang.org/x/sys/unix"

	"godocker/executor"
	"godocker/executor/executortest"
	driver "godocker/executor/swarm"
	"godocker/plugin"
)

const (
	busybox = "godocker/busybox:1"
	settle  = 40 * time.Second
	script  = "../../test/backends/swarm/cluster.sh"
)

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

// testMain starts a swarm of three nodes, of which one is a manager, for the tests that break none of them.
func testMain(m *testing.M) int {
	c, err := newCluster(3, 1, true)
	if err != nil {
		fmt.Fprintf(os.Stderr, "these tests need root, a Docker engine and the test images: run `make test`, "+
			"or test/backends/docker/up.sh and test/images/build.sh\n%v\n", err)
		return 1
	}
	defer c.down()
	whole = c
	code := m.Run()
	if left, err := whole.left(); err != nil || left != "" {
		fmt.Fprintf(os.Stderr, "of the attempts is left: %s, %v\n", left, err)
		return 1
	}
	return code
}

// left is what the managers still hold of what the tests had made.
func (c *cluster) left() (string, error) {
	api, err := client.New(client.WithHost("unix://" + filepath.Join(c.dir, "1", "docker.sock")))
	if err != nil {
		return "", err
	}
	defer api.Close()
	services, err := api.ServiceList(context.Background(), client.ServiceListOptions{})
	if err != nil {
		return "", err
	}
	secrets, err := api.SecretList(context.Background(), client.SecretListOptions{})
	var left strings.Builder
	for _, s := range services.Items {
		left.WriteString(s.Spec.Name + " ")
	}
	for _, s := range secrets.Items {
		left.WriteString("the secret " + s.Spec.Name + " ")
	}
	return left.String(), err
}

var whole *cluster

// cluster is a real swarm, whose nodes are network namespaces of this machine.
type cluster struct {
	dir string
	ns  string        // their name, but for the number
	net string        // their addresses, but for the last number
	tls driver.Config // what it takes to reach them by TLS, if that is the only way
}

func newCluster(nodes, managers int, secured bool) (*cluster, error) {
	dir, err := os.MkdirTemp("", "gdsw-") // short: a path of a socket has few letters
	if err != nil {
		return nil, err
	}
	c := &cluster{dir: dir}
	for k := 1; k <= nodes; k++ {
		at := filepath.Join(dir, strconv.Itoa(k))
		if err := errors.Join(os.Mkdir(at, 0o755), os.WriteFile(filepath.Join(at, "daemon.json"),
			[]byte(`{"no-new-privileges": true, "node-generic-resources": ["gpu=a", "gpu=b"]}`), 0o644)); err != nil {
			return nil, err
		}
	}
	if secured {
		if c.tls, err = certify(filepath.Join(dir, "tls")); err != nil {
			return nil, err
		}
	}
	if _, err := c.do("up", strconv.Itoa(nodes), strconv.Itoa(managers), busybox); err != nil {
		c.down()
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(dir, "net"))
	if err != nil {
		return nil, err
	}
	fields := strings.Fields(string(text))
	c.ns, c.net = fields[0], fields[1]
	return c, nil
}

func (c *cluster) do(verb string, args ...string) (string, error) {
	cmd := exec.Command(script, append([]string{verb, c.dir}, args...)...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w: %s", script, verb, err, said.String())
	}
	return strings.TrimSpace(string(out)), nil
}

func (c *cluster) down() {
	if _, err := c.do("down"); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}

// config says how managers are reached.
func (c *cluster) config(managers ...int) driver.Config {
	cfg, port := c.tls, 2375
	if cfg.TLS {
		port = 2376
	}
	var all []string
	for _, k := range managers {
		all = append(all, fmt.Sprintf("tcp://%s.%d:%d", c.net, k, port))
	}
	cfg.URL = strings.Join(all, ",")
	return cfg
}

// inside does something in the network of a node.
func inside[T any](c *cluster, k int, do func() (T, error)) (T, error) {
	type answer struct {
		value T
		err   error
	}
	done := make(chan answer, 1)
	go func() {
		runtime.LockOSThread() // and never unlocks it: the thread ends with its network
		var a answer
		f, err := os.Open(fmt.Sprintf("/var/run/netns/%s-%d", c.ns, k))
		if a.err = err; err == nil {
			defer f.Close()
			if a.err = unix.Setns(int(f.Fd()), unix.CLONE_NEWNET); a.err == nil {
				a.value, a.err = do()
			}
		}
		done <- a
	}()
	a := <-done
	return a.value, a.err
}

func (c *cluster) engine(t testing.TB, k int) *client.Client {
	t.Helper()
	api, err := client.New(client.WithHost("unix://" + filepath.Join(c.dir, strconv.Itoa(k), "docker.sock")))
	must(t, err)
	t.Cleanup(func() { _ = api.Close() })
	return api
}

func connect(t testing.TB, cfg driver.Config) executor.Executor {
	t.Helper()
	e, err := driver.New(t.Context(), plugin.Env{}, cfg)
	must(t, err)
	return e
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func shell(script string) executor.Assignment {
	return executor.Assignment{Image: busybox, Command: []string{"/bin/sh", "-c", script}, CPU: 0.05, Grace: time.Second, Network: true}
}

// availability changes whether nodes take tasks.
func (c *cluster) availability(t testing.TB, to swarm.NodeAvailability, names ...string) {
	t.Helper()
	api := c.engine(t, 1)
	got, err := api.NodeList(context.Background(), client.NodeListOptions{})
	must(t, err)
	for _, n := range got.Items {
		for _, name := range names {
			if n.Description.Hostname == name && n.Spec.Availability != to {
				n.Spec.Availability = to
				_, err := api.NodeUpdate(context.Background(), n.ID, client.NodeUpdateOptions{Version: n.Version, Spec: n.Spec})
				must(t, err)
			}
		}
	}
}

// Whoever cannot say anything of the swarm is passed over, or said so.
func TestManagers(t *testing.T) {
	t.Parallel()
	old := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Api-Version", "1.40") }))
	defer old.Close()
	plain := strings.Replace(old.URL, "http", "tcp", 1)
	for _, c := range []struct {
		what string
		cfg  driver.Config
		want string // of the error; "" = none
	}{
		{"a worker", whole.config(2), "not a swarm manager"},
		{"a worker and a manager", whole.config(2, 1), ""},
		{"nobody and a manager", whole.config(200, 1), ""},
		{"an old engine", driver.Config{URL: plain}, "speak version 1.40 of the API, want 1.41"},
	} {
		e := connect(t, c.cfg)
		_, err := e.Nodes(t.Context())
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", c.what, err, c.want)
		}
	}
}

// What others have of the swarm is not there for tasks, and the swarm's words say what is missing.
func TestOthersCount(t *testing.T) {
	cfg := whole.config(1)
	cfg.GPUResource = "gpu"
	e, api := connect(t, cfg), whole.engine(t, 1)
	one := uint64(1)
	spec := swarm.ServiceSpec{Mode: swarm.ServiceMode{Replicated: &swarm.ReplicatedService{Replicas: &one}}}
	spec.Name = "others"
	spec.TaskTemplate = swarm.TaskSpec{ContainerSpec: &swarm.ContainerSpec{Image: busybox, Command: []string{"sleep", "1000"}},
		Placement: &swarm.Placement{Constraints: []string{"node.hostname==node3"}},
		Resources: &swarm.ResourceRequirements{Reservations: &swarm.Resources{GenericResources: []swarm.GenericResource{{DiscreteResourceSpec: &swarm.DiscreteGenericResource{Kind: "gpu", Value: 1}}}}}}
	made, err := api.ServiceCreate(t.Context(), client.ServiceCreateOptions{Spec: spec})
	must(t, err)
	t.Cleanup(func() {
		_, err := api.ServiceRemove(context.Background(), made.ID, client.ServiceRemoveOptions{})
		must(t, err)
	})
	eventually(t, func() bool {
		got, err := api.TaskList(t.Context(), client.TaskListOptions{Filters: client.Filters{}.Add("service", made.ID)})
		must(t, err)
		return len(got.Items) == 1 && got.Items[0].Status.State == swarm.TaskStateRunning
	}, func() string { return "the service of others does not run" })
	ask := func(task int64, gpus int, script string) executor.Assignment {
		a := shell(script)
		a.Cluster, a.Task, a.Attempt, a.Mark, a.Node, a.GPUs = "others", task, 1, "abcdef012345", "node3", gpus
		return a
	}
	if _, err := e.Start(t.Context(), ask(1, 2, "true")); !errors.Is(err, executor.ErrNoRoom) || !strings.Contains(err.Error(), "insufficient resources") {
		t.Errorf("with two gpus, of which another has one: %v", err)
	}
	got, err := e.Start(t.Context(), ask(2, 1, `case $DOCKER_RESOURCE_GPU in a | b) exit 7 ;; esac`))
	must(t, err)
	t.Cleanup(func() { must(t, e.Remove(context.Background(), got.Handle)) })
	if s := wait(t, e, got.Handle, executor.Exited); s.ExitCode != 7 {
		t.Errorf("with the other one: %+v", s)
	}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	cfg := whole.config(1)
	cfg.GPUResource = "gpu"
	executortest.Run(t, executortest.Harness{
		New:   func(t *testing.T) executor.Executor { return connect(t, cfg) },
		Shell: shell,
		Run: func(d time.Duration, code int) executor.Assignment {
			return shell(fmt.Sprintf("sleep %g & trap 'kill $!; exit 143' TERM; wait $!; exit %d", d.Seconds(), code))
		},
		Impossible: func() (executor.Assignment, string) {
			return executor.Assignment{Image: "localhost:1/no-such-image:1", Command: []string{"true"}}, "localhost:1"
		},
		Full: func(t *testing.T) executor.Executor {
			names := []string{"node1", "node2", "node3"}
			whole.availability(t, swarm.NodeAvailabilityPause, names...)
			t.Cleanup(func() { whole.availability(t, swarm.NodeAvailabilityActive, names...) })
			return connect(t, cfg)
		},
		Listen: func(string) (net.Listener, error) {
			return inside(whole, 2, func() (net.Listener, error) { return net.Listen("tcp4", "127.0.0.1:0") })
		},
		Node: "node2", NoDigest: true, SecretStays: true, Settle: settle,
	})
}
