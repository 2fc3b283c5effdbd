package app_test

import (
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/executor/fake"
	"godocker/internal/app"
	"godocker/internal/config"
)

// What is wrong with executors is told all at once, by their names and keys.
func TestCheckExecutors(t *testing.T) {
	c, err := config.Parse("go-d.ini", []byte(`
executors: [docker, swarm, farm, mill, barn]
docker: {max_creates: -1, pids_limit: -2, url: "tcp://a:2375,,tcp://x"}
swarm: {api_version: "1.20", max_creates: -3}
farm: {type: docker, url: "tcp://u:sesame@a:2376"}
mill: {type: swarmm}
`))
	if err != nil {
		t.Fatal(err)
	}
	err = app.CheckPlugins(t.Context(), c)
	if err == nil || strings.Contains(err.Error(), "sesame") {
		t.Fatal(err)
	}
	for _, want := range []string{
		"executors: docker: max_creates: want a whole number from 1 on, got -1",
		"executors: docker: pids_limit: want a whole number from 1 on, got -2",
		"executors: docker: url: want unix:///path of a socket, or tcp://host:port; one is empty",
		`executors: docker: url: want unix:///path of a socket, or tcp://host:port from 1 to 65535, got "tcp://x"`,
		`executors: swarm: api_version: want 1.41 or later, or auto, got "1.20"`,
		"executors: swarm: max_creates: want a whole number from 1 on, got -3",
		"executors: farm: docker: url: want no user and no password",
		`go-d.ini line 6: mill.type: want one of docker, dockerswarm, fake, kubernetes, swarm, got "swarmm"`,
		`go-d.ini line 2: executors: want docker, dockerswarm, fake, kubernetes, swarm, or a name with a section of its own and a type in it, got "barn"`,
	} {
		if !strings.Contains("\n"+err.Error()+"\n", "\n"+want) {
			t.Errorf("it does not say %s:\n%v", want, err)
		}
	}
}

// A node that comes back takes what waits for it within some seconds.
func TestNodeComesBack(t *testing.T) {
	lived(t, fake.Config{Nodes: 1}, nil, func(h *house) {
		h.cluster.SetDown("fake-1", true)
		h.pass(time.Minute)
		id := h.submit("run=1h")
		h.pass(time.Minute)
		if got := h.task(id); got.State != godocker.Pending {
			t.Fatalf("without a node it is %s", got.State)
		}
		h.cluster.SetDown("fake-1", false)
		h.pass(7 * time.Second)
		if got := h.task(id); got.State != godocker.Running {
			t.Errorf("seven seconds after the node came back it is %s: %s", got.State, got.Detail)
		}
	})
}
