package kubernetes_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path"
	"testing"
)

// readyNode is a list of one node, n.
const readyNode = `{"kind":"NodeList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"n"},"status":{"conditions":[{"type":"Ready","status":"True"}]}}]}`

// pretended is the address of an API server that answers in a way of its own, or else as one that has
// nothing and where nothing happens.
func pretended(t *testing.T, own func(w http.ResponseWriter, r *http.Request) bool) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch {
		case own(w, r):
		case r.URL.Path == "/version":
			fmt.Fprint(w, `{}`)
		case watches(r):
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		default:
			kind := map[string]string{"nodes": "Node", "pods": "Pod", "events": "Event"}[path.Base(r.URL.Path)]
			fmt.Fprintf(w, `{"kind":"%sList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[]}`, kind)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// watches reports whether somebody wants to hear of changes.
func watches(r *http.Request) bool { return r.URL.Query().Get("watch") != "" }
