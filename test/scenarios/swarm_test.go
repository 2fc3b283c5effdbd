package scenarios

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

const clusterScript = "../../test/backends/swarm/cluster.sh"

// swarm NODES MANAGERS IMAGE... starts a real swarm until the end of the story. Its folder is
// $SWARM, and its nodes are $NODES.1 and so on, whose engines listen on port 2375,
// and say that they have two gpus.
func swarm(ts *testscript.TestScript, _ bool, args []string) {
	script, err := filepath.Abs(clusterScript)
	ts.Check(err)
	dir, err := os.MkdirTemp("", "gdsw-") // short: a path of a socket has few letters
	ts.Check(err)
	ts.Defer(func() {
		if out, err := exec.Command(script, "down", dir).CombinedOutput(); err != nil { // also after the story's time is up
			ts.Logf("%s down: %v: %s", script, err, out)
		}
	})
	ts.Setenv("CLUSTER_SH", script)
	ts.Setenv("SWARM", dir)
	nodes, err := strconv.Atoi(args[0])
	ts.Check(err)
	for k := range nodes {
		at := filepath.Join(dir, strconv.Itoa(k+1))
		ts.Check(os.Mkdir(at, 0o755))
		ts.Check(os.WriteFile(filepath.Join(at, "daemon.json"), []byte(`{"node-generic-resources": ["NVIDIA-GPU=a", "NVIDIA-GPU=b"]}`), 0o644))
	}
	ts.Check(ts.Exec(script, append([]string{"up", dir}, args...)...))
	text, err := os.ReadFile(filepath.Join(dir, "net"))
	ts.Check(err)
	ts.Setenv("NODES", strings.Fields(string(text))[1])
}
