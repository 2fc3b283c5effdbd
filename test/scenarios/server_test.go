package scenarios

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
	"sync/atomic"

	"godocker/test/registry"

	"github.com/moby/moby/client"
	"github.com/rogpeppe/go-internal/testscript"
)

// number tells the clusters of this run apart.
var number atomic.Int64

// setUp gives a story its own address, cluster and place for a configuration, and
// sees to it that nothing of it stays.
func setUp(e *testscript.Env) error {
	if err := os.Chmod(filepath.Dir(e.WorkDir), 0o755); err != nil { // homes lie in it
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		return err
	}
	cluster := fmt.Sprintf("story-%d-%d", os.Getpid(), number.Add(1))
	conf := filepath.Join(e.WorkDir, "go-d.ini")
	e.Setenv("PATH", bin+string(os.PathListSeparator)+e.Getenv("PATH"))
	e.Setenv("LISTEN", address)
	e.Setenv("SERVER", "http://"+address)
	e.Setenv("CLUSTER", cluster)
	e.Setenv("GOD_CONFIG", conf)
	e.Setenv("DEBIAN", debian)
	e.Values[registryKey{}] = new(*registry.Registry)
	e.Setenv("CPUS", strconv.Itoa(cpus))
	e.Defer(func() {
		stop := exec.Command(filepath.Join(bin, "godockerd"), "--config", conf, "stop")
		stop.Env = []string{"PATH=" + os.Getenv("PATH")}
		out, err := stop.CombinedOutput()
		if _, there := os.Stat(conf); there == nil && err != nil {
			e.T().Log("stopping the server: ", string(out))
		}
		if err := sweep(cluster); err != nil {
			e.T().Log("removing what is left: ", err)
		}
	})
	return nil
}

// sweep removes the containers of a cluster.
func sweep(cluster string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	api, err := client.New()
	if err != nil {
		return err
	}
	defer api.Close()
	left, err := api.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: client.Filters{}.Add("label", "godocker.cluster="+cluster)})
	if err != nil {
		return err
	}
	var errs []error
	for _, c := range left.Items {
		_, err := api.ContainerRemove(ctx, c.ID, client.ContainerRemoveOptions{Force: true})
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// container VARIABLE TASK ATTEMPT keeps the name of the container of an attempt.
func containerOf(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(ts.Exec("docker", "ps", "-a", "--format", "{{.Names}}", "--filter", "label=godocker.cluster="+ts.Getenv("CLUSTER"),
		"--filter", "label=godocker.task="+args[1], "--filter", "label=godocker.attempt="+args[2]))
	name := strings.TrimSpace(ts.ReadFile("stdout"))
	if !strings.HasPrefix(name, "god-"+ts.Getenv("CLUSTER")+"-"+args[1]+"-"+args[2]+"-") {
		ts.Fatalf("the container of attempt %s of task %s is %q", args[2], args[1], name)
	}
	ts.Setenv(args[0], name)
}

// server [FILE] writes a configuration, with the lines of FILE in place of those
// that init writes for the same keys, adds ann, bob and the administrator root1,
// and starts the server. Their keys are in $ANN, $BOB and $ROOT1.
func server(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(ts.Exec("godockerd", "init"))
	conf := ts.MkAbs(ts.Getenv("GOD_CONFIG"))
	text, err := os.ReadFile(conf)
	ts.Check(err)
	extra := fmt.Sprintf("listen: %q\ncluster: %s\nkill_grace: 1s\n", ts.Getenv("LISTEN"), ts.Getenv("CLUSTER"))
	for _, name := range args {
		extra += ts.ReadFile(name)
	}
	ts.Check(os.WriteFile(conf, []byte(without(string(text), extra)+extra), 0o600))
	for i, name := range []string{"ann", "bob", "root1"} {
		home := filepath.Join(ts.Getenv("WORK"), "home", name)
		ts.Check(os.MkdirAll(home, 0o755))
		uid := 20001 + i
		ts.Check(os.Chown(home, uid, uid))
		flags := []string{"user", "add", name, "--uid", strconv.Itoa(uid), "--home", home}
		switch name {
		case "ann":
			flags = append(flags, "--groups", "20100,20200")
		case "root1":
			flags = append(flags, "--admin")
		}
		ts.Check(ts.Exec("godockerd", flags...))
		ts.Setenv(strings.ToUpper(name), strings.TrimSpace(ts.ReadFile("stdout")))
	}
	ts.Check(ts.Exec("godockerd", "start"))
}

// without leaves out the keys of a configuration that extra sets.
func without(text, extra string) string {
	var kept strings.Builder
	skip := false
	for line := range strings.Lines(text) {
		if key, _, ok := strings.Cut(line, ":"); ok && line[0] != ' ' && line[0] != '#' {
			skip = strings.HasPrefix(extra, key+":") || strings.Contains(extra, "\n"+key+":")
		}
		if !skip {
			kept.WriteString(line)
		}
	}
	return kept.String()
}
