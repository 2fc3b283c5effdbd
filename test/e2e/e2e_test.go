// Package e2e drives the page in a real browser, against a real server and a real
// engine. The steps are in the .mjs files beside this one.
package e2e

import (
	"cmp"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"godocker/test/daemon"
)

const (
	image   = "godocker/debian:12"
	browser = "/usr/bin/chromium"
)

func TestPageInABrowser(t *testing.T) {
	for _, need := range []string{browser, "../../web/dist/index.html", "../../web/node_modules/playwright-core"} {
		if _, err := os.Stat(need); err != nil {
			t.Fatalf("%v; run `make test`, which makes everything that this test needs", err)
		}
	}
	if out, err := exec.Command("docker", "image", "inspect", image).CombinedOutput(); err != nil {
		t.Fatalf("no Docker engine with the image %s; run `make test`: %v\n%s", image, err, out)
	}
	bin := t.TempDir()
	if err := daemon.Build(bin); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil { // tasks run as somebody who has to get in
		t.Fatal(err)
	}
	s, err := daemon.New(daemon.Options{Bin: bin, Dir: dir, Cluster: daemon.Name("e2e"),
		Config: "default_images: [{name: debian, url: \"" + image + "\", default: true}]\nvolumes: [{name: data, acl: ro, path: " + dir + "}]"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Kill)
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	again := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.Stop()
		if err := s.Start(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}))
	t.Cleanup(again.Close)
	var course []string // people and their keys
	for i := range 30 {
		name := fmt.Sprintf("person%02d", i+1)
		key, err := s.Run("user", "add", name, "--uid", fmt.Sprint(2001+i))
		if err != nil {
			t.Fatal(err)
		}
		course = append(course, name+"="+strings.TrimSpace(key))
	}
	steps, err := filepath.Glob(cmp.Or(os.Getenv("E2E_STEPS"), "*.test.mjs"))
	if err != nil || len(steps) == 0 {
		t.Fatalf("there are no steps: %v", err)
	}
	// One after the other, as one of them takes all cpus.
	node := exec.CommandContext(t.Context(), "node", append([]string{"--test", "--test-concurrency=1"}, steps...)...)
	control := httptest.NewServer(controlOf(t, s))
	t.Cleanup(control.Close)
	node.Env = append(os.Environ(), "GODOCKER_SERVER=http://"+s.Address, "GODOCKER_USER="+s.User, "GODOCKER_APIKEY="+s.Key, "GODOCKER_IMAGE="+image, "GODOCKER_CONTROL="+control.URL, "GODOCKER_RESTART="+again.URL,
		"GODOCKER_GOD="+filepath.Join(bin, "god"), "GODOCKER_COURSE="+strings.Join(course, " "))
	if os.Getenv("E2E_SHOTS") == "" {
		node.Env = append(node.Env, "E2E_SHOTS="+t.TempDir())
	}
	if out, err := node.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s\nthe end of the server's log:\n%s", err, out, s.LogEnd())
	}
}

// controlOf lets the steps kill the server and start it again: /kill and /start.
func controlOf(t *testing.T, s *daemon.Server) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /kill", func(http.ResponseWriter, *http.Request) { s.Kill() })
	mux.HandleFunc("POST /start", func(w http.ResponseWriter, _ *http.Request) {
		if err := s.Start(t.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	return mux
}
