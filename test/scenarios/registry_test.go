package scenarios

import (
	"context"
	"os"
	"path/filepath"

	"godocker/test/registry"

	"github.com/rogpeppe/go-internal/testscript"
)

// registryKey is where a story keeps its registry.
type registryKey struct{}

func registryOf(ts *testscript.TestScript) *registry.Registry {
	r, ok := ts.Value(registryKey{}).(**registry.Registry)
	if !ok || *r == nil {
		ts.Fatalf("there is no registry: say registry first")
	}
	return *r
}

// registry [USER PASSWORD]... starts a registry of images that lets these people in.
// Its address is in $REGISTRY. Said again, it changes who is let in; "registry down" and
// "registry up" stop and start it.
func registryCmd(ts *testscript.TestScript, _ bool, args []string) {
	at := ts.Value(registryKey{}).(**registry.Registry)
	if len(args) == 1 {
		ts.Check(map[string]func() error{"down": (*at).Down, "up": (*at).Up}[args[0]]())
		return
	}
	people := map[string]string{}
	for i := 0; i+1 < len(args); i += 2 {
		people[args[i]] = args[i+1]
	}
	if *at != nil {
		ts.Check((*at).People(people))
		return
	}
	dir := filepath.Join(ts.Getenv("WORK"), "registry")
	ts.Check(os.Mkdir(dir, 0o700))
	r, err := registry.Start(dir, people)
	ts.Check(err)
	*at = r
	ts.Defer(func() { ts.Check(r.Close()) })
	ts.Setenv("REGISTRY", r.Address)
}

// push IMAGE REPOSITORY:TAG USER PASSWORD puts an image of the engine into the registry.
func push(ts *testscript.TestScript, _ bool, args []string) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, err := registryOf(ts).Push(ctx, args[0], args[1], args[2], args[3])
	ts.Check(err)
}

// forget REPOSITORY:TAG removes an image of the registry from the engine.
func forget(ts *testscript.TestScript, _ bool, args []string) {
	r := registryOf(ts)
	ts.Check(r.Forget(r.Address + "/" + args[0]))
}
