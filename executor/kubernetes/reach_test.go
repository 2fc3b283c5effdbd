package kubernetes_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"godocker/executor"
	"godocker/executor/kubernetes"
	"godocker/plugin"
)

// whereabouts prints the nodes of the cluster in which this runs, as the account of its pod may see
// them.
func whereabouts() error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	e, err := kubernetes.New(ctx, plugin.Env{}, kubernetes.Config{Namespace: namespace})
	if err != nil {
		return err
	}
	nodes, err := e.Nodes(ctx)
	for _, n := range nodes {
		fmt.Println("sees", n.Name)
	}
	return err
}

const asInside = "GODOCKER_TEST_INSIDE" // has the test program be a server in a pod

// A server in a pod of the cluster needs no words to reach it: the account of its pod is enough.
func TestInside(t *testing.T) {
	program, err := os.Executable()
	must(t, err)
	out := t.TempDir()
	const where = "/api/v1/namespaces/" + namespace + "/pods"
	must(t, call("POST", where, map[string]any{"metadata": map[string]any{"name": "inside"}, "spec": map[string]any{
		"restartPolicy": "Never", "serviceAccountName": "godocker", "automountServiceAccountToken": true,
		"volumes": []any{map[string]any{"name": "program", "hostPath": map[string]any{"path": program}}, map[string]any{"name": "out", "hostPath": map[string]any{"path": out}}},
		"containers": []any{map[string]any{"name": "server", "image": "godocker/debian:12", "imagePullPolicy": "Never",
			"command":      []string{"sh", "-c", "/program >/out/said 2>&1; mv /out/said /out/done"},
			"env":          []any{map[string]any{"name": asInside, "value": "yes"}},
			"volumeMounts": []any{map[string]any{"name": "program", "mountPath": "/program"}, map[string]any{"name": "out", "mountPath": "/out"}}}},
	}}, nil))
	defer func() { must(t, call("DELETE", where+"/inside?gracePeriodSeconds=0", nil, nil)) }()
	var said []byte
	until(t, "it does not end", func() bool { said, err = os.ReadFile(filepath.Join(out, "done")); return err == nil })
	if string(said) != "sees node-1\n" {
		t.Errorf("it said %s", said)
	}
}

// A kubeconfig may know several clusters. Its current one is meant, or the one that is named.
func TestContexts(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config")
	must(t, os.WriteFile(file, fmt.Appendf(nil, `
apiVersion: v1
kind: Config
clusters: [{name: here, cluster: {server: %q, certificate-authority: %q}}, {name: nowhere, cluster: {server: "https://127.0.0.1:1"}}]
users: [{name: us, user: {token: %q}}, {name: nobody, user: {token: wrong}}]
contexts: [{name: away, context: {cluster: nowhere, user: us}}, {name: right, context: {cluster: here, user: us}}, {name: stranger, context: {cluster: here, user: nobody}}]
current-context: away
`, account.Server, account.CACert, account.Token), 0o600))
	nodes := func(name string) ([]executor.Node, error) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		return engine(t, func(c *kubernetes.Config) {
			*c = kubernetes.Config{Kubeconfig: file, Context: name, Namespace: namespace}
		}).Nodes(ctx)
	}
	if got, err := nodes("right"); err != nil || len(got) != 1 || got[0].Name != "node-1" {
		t.Errorf("%+v, %v", got, err)
	}
	for name, want := range map[string]string{"": "127.0.0.1:1", "stranger": "credentials"} {
		if got, err := nodes(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("in the context %q: %+v, %v; want %s", name, got, err, want)
		}
	}
	t.Setenv("KUBECONFIG", file)
	e, err := kubernetes.New(t.Context(), plugin.Env{}, kubernetes.Config{Context: "right", Namespace: namespace})
	must(t, err)
	if got, err := e.Nodes(t.Context()); err != nil || len(got) != 1 {
		t.Errorf("by KUBECONFIG: %+v, %v", got, err)
	}
}
