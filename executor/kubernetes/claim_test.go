package kubernetes_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"godocker/executor"
	"godocker/executor/kubernetes"
)

// claim makes a PersistentVolumeClaim of a folder of the node, and waits until it may be used.
func claim(t *testing.T, ns, name, folder string) {
	t.Helper()
	must(t, create(map[string]any{"apiVersion": "v1", "kind": "PersistentVolume", "metadata": map[string]any{"name": name},
		"spec": map[string]any{"capacity": map[string]string{"storage": "1Gi"}, "accessModes": []string{"ReadWriteMany"}, "hostPath": map[string]string{"path": folder}}}))
	must(t, create(map[string]any{"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": map[string]any{"name": name, "namespace": ns},
		"spec": map[string]any{"resources": map[string]any{"requests": map[string]string{"storage": "1Gi"}}, "accessModes": []string{"ReadWriteMany"}, "storageClassName": "", "volumeName": name}}))
	until(t, "the claim is not bound", func() bool {
		var c struct{ Status struct{ Phase string } }
		must(t, call("GET", place("v1", "PersistentVolumeClaim", ns)+"/"+name, nil, &c))
		return c.Status.Phase == "Bound"
	})
}

// People may have claims of their own, and see no other's, whatever they are called.
func TestClaimsOfPeople(t *testing.T) {
	all := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(all, "own", "ann"), 0o755))
	must(t, os.WriteFile(filepath.Join(all, "own", "ann", "file"), []byte("hers\n"), 0o644))
	claim(t, namespace, "home-ann", filepath.Join(all, "own"))
	e := engine(t, func(c *kubernetes.Config) {
		c.Claims = []kubernetes.Claim{{Path: "/home/$USERID", Claim: "home-$USERID", SubPath: "$USERID"}}
	})
	of := func(user, folder string) executor.Assignment {
		a := shell(t, "grep -q hers /home/file && echo x >/home/new")
		a.Labels = map[string]string{"godocker.user": user}
		a.Mounts = append(a.Mounts, executor.Mount{Source: folder, Target: "/home"})
		return a
	}
	got := start(t, e, of("ann", "/home/ann"))
	if s := wait(t, e, got.Handle, executor.Exited); s.ExitCode != 0 {
		t.Errorf("%+v", s)
	}
	if _, err := os.Stat(filepath.Join(all, "own", "ann", "new")); err != nil {
		t.Error(err)
	}
	for user, folder := range map[string]string{"bob": "/home/ann", "../ann": "/home/ann", "..": "/home/ann", "": "/home/ann"} {
		if got, err := e.Start(t.Context(), of(user, folder)); !errors.Is(err, executor.ErrCannotStart) {
			t.Errorf("as %q: %+v, %v", user, got, err)
		}
	}
	if got, err := e.Start(t.Context(), of("eve", "/home/eve")); !errors.Is(err, executor.ErrNoRoom) || !strings.Contains(err.Error(), `"home-eve" not found`) {
		t.Errorf("without a claim: %+v, %v", got, err)
	}
}
