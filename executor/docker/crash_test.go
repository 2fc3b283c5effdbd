package docker_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"godocker/executor"
	"godocker/executor/docker"
)

// An engine that crashed while it started a container never starts that one. It is
// replaced, and the task is not blamed.
func TestStartAfterACrashInTheMiddleOfOne(t *testing.T) {
	for words, code := range map[string]int{
		"task 5883cb46: already exists": http.StatusConflict,
		"id already in use":             http.StatusInternalServerError,
		"failed to start shim: mkdir /run/containerd/io.containerd.runtime.v2.task/moby/5883cb46: file exists: unknown": http.StatusInternalServerError,
		"OCI runtime create failed: container with id exists: 5883cb46: unknown":                                        http.StatusInternalServerError,
	} {
		t.Run(words, func(t *testing.T) { startAfterCrash(t, words, code) })
	}
}

func startAfterCrash(t *testing.T, words string, code int) {
	var starts, removals atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch {
		case strings.HasSuffix(r.URL.Path, "/containers/create"):
			w.WriteHeader(http.StatusCreated)
			fmt.Fprint(w, `{"Id": "5883cb46"}`)
		case strings.HasSuffix(r.URL.Path, "/start") && starts.Add(1) == 1:
			w.WriteHeader(code)
			fmt.Fprintf(w, `{"message": %q}`, words)
		case r.Method == http.MethodDelete:
			removals.Add(1)
			fallthrough
		default:
			w.WriteHeader(http.StatusNoContent)
		}
	}))
	defer srv.Close()
	e := engine(t, docker.Config{URL: strings.Replace(srv.URL, "http", "tcp", 1), APIVersion: "1.41"})
	a := shell("true")
	a.Cluster, a.Task, a.Attempt = "crash", 1, 1
	if _, err := e.Start(t.Context(), a); err == nil || errors.Is(err, executor.ErrCannotStart) || removals.Load() != 1 {
		t.Errorf("first start: %v, %d containers removed; want an error that may pass, and 1", err, removals.Load())
	}
	if _, err := e.Start(t.Context(), a); err != nil {
		t.Errorf("second start: %v", err)
	}
}
