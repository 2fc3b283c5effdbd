package godocker_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

const module = "godocker"

// floors lists the house from the ground up. A package imports from floors below
// its own and from its own folder: never upward, never a neighbour. A pattern
// ending in /... covers what is under a folder; the longest match wins.
var floors = [][]string{
	{"."}, // 0 vocabulary: standard library only
	{"executor", "scheduler", "auth", "store", "watcher", "plugin", "api", "internal/image"}, // 1 contracts, and what names mean
	{ // 2 suites and furniture
		"executor/executortest", "scheduler/schedulertest", "auth/authtest", "store/storetest", "watcher/watchertest",
		"internal/config", "internal/fetch", "internal/jobdir", "internal/loop", "internal/lease", "internal/live", "internal/plan", "internal/account", "internal/runner/spec", "internal/usage", "internal/volume", "internal/site", "internal/credential", "internal/authz", "internal/audit",
		"test/daemon",
	},
	{"executor/dockerapi"}, // 3 what drivers share
	{"internal/...", "executor/...", "scheduler/...", "auth/...", "store/...", "watcher/..."}, // 4 rooms, and beside them the drivers
	{"internal/httpapi", "internal/gateway", "internal/webport", "internal/doortest", "web"},  // 5 doors
	{"plugin/builtin"},      // 6 the list of what ships
	{"internal/app"},        // 7 composition
	{"cmd/...", "test/..."}, // 8 programs
}

func floorOf(pkg string) (floor, score int) {
	floor = -1
	for i, pats := range floors {
		for _, p := range pats {
			base, tree := strings.CutSuffix(p, "/...")
			n := 2 * len(base)
			switch {
			case pkg == p:
				n++ // an exact name beats the folder it heads
			case !tree || !strings.HasPrefix(pkg, base+"/"):
				continue
			}
			if n >= score {
				floor, score = i, n
			}
		}
	}
	return floor, score
}

func rel(path string) (string, bool) {
	if path == module {
		return ".", true
	}
	return strings.CutPrefix(path, module+"/")
}

// TestFloors reads the files itself, and does not ask the go command: the test
// cache follows files a test opens, not what a child process read.
func TestFloors(t *testing.T) {
	doc := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || path == "var" || path == "bin" || d.Name() == "node_modules" || len(d.Name()) > 1 && d.Name()[0] == '.'):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go"):
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			return err
		}
		if strings.HasSuffix(path, "_test.go") {
			return nil // a test may look down any stairs
		}
		from := filepath.ToSlash(filepath.Dir(path))
		doc[from] = doc[from] || f.Doc != nil
		here, _ := floorOf(from)
		if here < 0 {
			t.Errorf("%s is on no floor", from)
		}
		for _, spec := range f.Imports {
			to, ours := rel(strings.Trim(spec.Path.Value, `"`))
			if there, _ := floorOf(to); ours && there >= here && !strings.HasPrefix(to, from+"/") {
				t.Errorf("%s (floor %d) imports %s (floor %d)", path, here, to, there)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for pkg, ok := range doc {
		if !ok {
			t.Errorf("%s has no package comment", pkg)
		}
	}
}
