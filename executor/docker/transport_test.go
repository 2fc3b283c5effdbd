package docker_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"godocker/executor/docker"
	"godocker/internal/authz"
	"godocker/plugin"
)

// An engine is believed by its certificate, and knows the driver by the driver's.
func TestTLS(t *testing.T) {
	var tokens []string
	far := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tokens = append(tokens, r.Header.Get(authz.Header))
		w.Header().Set("Api-Version", "1.41")
		if strings.HasSuffix(r.URL.Path, "/info") {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"Name":"far","NCPU":2}`)
		}
	}))
	far.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS12}
	far.StartTLS()
	defer far.Close()
	dir := t.TempDir()
	file := func(name, kind string, der []byte) string {
		path := filepath.Join(dir, name)
		must(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
		return path
	}
	key, err := x509.MarshalPKCS8PrivateKey(far.TLS.Certificates[0].PrivateKey)
	must(t, err)
	cert := file("cert.pem", "CERTIFICATE", far.Certificate().Raw)
	cfg := docker.Config{URL: strings.Replace(far.URL, "https", "tcp", 1), TLS: true, CACert: cert, ClientCert: cert, ClientKey: file("key.pem", "PRIVATE KEY", key)}
	env := plugin.Env{Sign: func(method, uri string, body []byte) (string, error) {
		return fmt.Sprintf("%s %s %d", method, uri, len(body)), nil
	}}
	e, err := docker.New(t.Context(), env, cfg)
	must(t, err)
	if nodes, err := e.Nodes(t.Context()); err != nil || nodes[0].Name != "far" {
		t.Errorf("Nodes: %+v, %v", nodes, err)
	}
	if last := tokens[len(tokens)-1]; last != "GET /v1.41/info 0" {
		t.Errorf("the token was of %q", last)
	}
	for what, change := range map[string]func(*docker.Config){
		"no certificate of its own": func(c *docker.Config) { c.ClientCert, c.ClientKey = "", "" },
		"another authority":         func(c *docker.Config) { c.CACert = "" },
	} {
		other := cfg
		change(&other)
		e, err := docker.New(t.Context(), env, other)
		must(t, err)
		if _, err := e.Nodes(t.Context()); err == nil || !strings.Contains(err.Error(), "certificate") {
			t.Errorf("%s: %v", what, err)
		}
	}
}
