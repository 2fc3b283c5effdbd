package docker_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"

	"godocker/executor"
	"godocker/executor/docker"
)

// A registry serves one image, task/run:1, by the registry's own protocol, and its
// layer in two parts with a pause between.
type registry struct {
	*httptest.Server
	blobs  map[string][]byte
	layer  string
	pause  chan struct{} // the second part waits for it to be closed
	served atomic.Int32  // times the layer was asked for
}

func (r *registry) image() string { return strings.TrimPrefix(r.URL, "http://") + "/task/run:1" }

func newRegistry(t *testing.T) *registry {
	t.Helper()
	r := &registry{blobs: map[string][]byte{}, pause: make(chan struct{})}
	layer, diff := layerOf(t)
	r.layer = r.put(layer)
	config := r.put(object(map[string]any{"architecture": "amd64", "os": "linux",
		"config": map[string]any{"Env": []string{"PATH=/"}},
		"rootfs": map[string]any{"type": "layers", "diff_ids": []string{diff}}}))
	const kind = "application/vnd.docker.distribution.manifest.v2+json"
	manifest := r.put(object(map[string]any{"schemaVersion": 2, "mediaType": kind,
		"config": map[string]any{"mediaType": "application/vnd.docker.container.image.v1+json", "digest": config, "size": len(r.blobs[config])},
		"layers": []any{map[string]any{"mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip", "digest": r.layer, "size": len(layer)}}}))

	mux := http.NewServeMux()
	mux.HandleFunc("/v2/{$}", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/v2/task/run/manifests/{ref}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Docker-Content-Digest", manifest)
		_, _ = w.Write(r.blobs[manifest])
	})
	mux.HandleFunc("/v2/task/run/blobs/{digest}", r.serveBlob)
	r.Server = httptest.NewServer(mux)
	t.Cleanup(r.Close)
	t.Cleanup(func() {
		_, err := rawClient(t).ImageRemove(context.Background(), r.image(), client.ImageRemoveOptions{})
		if err != nil && !errdefs.IsNotFound(err) { // a pull that was given up leaves none
			t.Error(err)
		}
	})
	return r
}

func (r *registry) serveBlob(w http.ResponseWriter, q *http.Request) {
	digest := q.PathValue("digest")
	blob := r.blobs[digest]
	w.Header().Set("Content-Length", fmt.Sprint(len(blob)))
	if digest == r.layer && q.Method == http.MethodGet {
		r.served.Add(1)
		half := len(blob) / 2
		_, _ = w.Write(blob[:half])
		w.(http.Flusher).Flush()
		select {
		case <-r.pause:
		case <-q.Context().Done():
		}
		blob = blob[half:]
	}
	_, _ = w.Write(blob)
}

func (r *registry) put(blob []byte) string {
	digest := fmt.Sprintf("sha256:%x", sha256.Sum256(blob))
	r.blobs[digest] = blob
	return digest
}

func object(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

// layerOf packs busybox, and ballast that does not compress.
func layerOf(t *testing.T) (layer []byte, diff string) {
	t.Helper()
	program, err := exec.Command("busybox", "cat", "/proc/self/exe").Output()
	must(t, err)
	ballast := make([]byte, 4<<20)
	_, _ = rand.Read(ballast)
	var plain bytes.Buffer
	w := tar.NewWriter(&plain)
	for name, text := range map[string][]byte{"sh": program, "ballast": ballast} {
		must(t, w.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(text)), ModTime: time.Now()}))
		_, err := w.Write(text)
		must(t, err)
	}
	must(t, w.Close())
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err = z.Write(plain.Bytes())
	must(t, err)
	must(t, z.Close())
	return packed.Bytes(), fmt.Sprintf("sha256:%x", sha256.Sum256(plain.Bytes()))
}

// Three starts that miss the same image share one pull, and each hears of it.
func TestPull(t *testing.T) {
	r := newRegistry(t)
	e := engine(t, docker.Config{})
	var released sync.Once
	var all sync.WaitGroup
	for n := range 3 {
		a := executor.Assignment{Cluster: "pull" + strings.ToLower(rand.Text()[:6]), Task: int64(n), Attempt: 1,
			Image: r.image(), Command: []string{"/sh", "-c", "exit 3"}}
		heard := ""
		a.Progress = func(text string) {
			if strings.HasSuffix(text, "MB") {
				released.Do(func() { close(r.pause) })
			}
			heard += text + "\n"
		}
		all.Go(func() {
			got, err := e.Start(t.Context(), a)
			if err != nil {
				t.Error(err)
				return
			}
			if s := wait(t, e, got.Handle, executor.Exited); s.ExitCode != 3 {
				t.Errorf("%+v", s)
			}
			if !strings.Contains(heard, "pulling "+r.image()+": ") || !strings.Contains(heard, " % of ") {
				t.Errorf("heard only %q", heard)
			}
			if err := e.Remove(t.Context(), got.Handle); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := r.served.Load(); n != 1 {
		t.Errorf("the layer was asked for %d times", n)
	}
}

// Whoever gives up waiting is let go; the pull ends with the last of them.
func TestPullIsAbandoned(t *testing.T) {
	r := newRegistry(t)
	t.Cleanup(func() { close(r.pause) })
	e := engine(t, docker.Config{})
	ctx, cancel := context.WithCancel(t.Context())
	a := executor.Assignment{Cluster: "pull", Task: 1, Attempt: 1, Image: r.image(), Command: []string{"/sh"}}
	a.Progress = func(text string) {
		if strings.HasSuffix(text, "MB") {
			cancel()
		}
	}
	if got, err := e.Start(ctx, a); err == nil || ctx.Err() == nil {
		t.Fatalf("Start = %+v, %v; want that it was cancelled", got, err)
	}
}
