package swarm_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"godocker/executor"
	"godocker/executor/docker"
	driver "godocker/executor/swarm"
	"godocker/plugin"
)

// certify makes an authority, which is forgotten, and its certificates for the nodes of any cluster and for
// whoever reaches them.
func certify(dir string) (driver.Config, error) {
	at := func(name string) string { return filepath.Join(dir, name) }
	own := driver.Config{TLS: true, CACert: at("ca.pem"), ClientCert: at("client.pem"), ClientKey: at("client-key.pem")}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return own, err
	}
	from := time.Now().Add(-time.Hour)
	ca := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority of " + dir}, NotBefore: from, NotAfter: from.Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	caKey, err := issue(ca, ca, nil, at("ca.pem"), "")
	if err != nil {
		return own, err
	}
	node := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "a node"}, NotBefore: from, NotAfter: ca.NotAfter,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	for i := byte(1); i <= 30; i++ {
		for k := byte(1); k <= 5; k++ {
			node.IPAddresses = append(node.IPAddresses, net.IPv4(10, 231, i, k))
		}
	}
	if _, err := issue(node, ca, caKey, at("cert.pem"), at("key.pem")); err != nil {
		return own, err
	}
	node.SerialNumber, node.Subject.CommonName, node.ExtKeyUsage, node.IPAddresses = big.NewInt(3), "a server", []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}, nil
	_, err = issue(node, ca, caKey, own.ClientCert, own.ClientKey)
	return own, err
}

// issue writes a certificate and its key. Without a key of the authority it signs itself.
func issue(c, by *x509.Certificate, with *ecdsa.PrivateKey, cert, file string) (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	if with == nil {
		with = key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, by, &key.PublicKey, with)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil || file == "" {
		return key, err
	}
	der, err = x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, err
	}
	return key, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}), 0o600)
}

// By TLS both sides show who they are: to a swarm, which passes the whole suite that way, and to an
// engine that is none. Nothing of a key is ever said.
func TestTLS(t *testing.T) {
	t.Parallel()
	var said bytes.Buffer
	env := plugin.Env{Log: slog.New(slog.NewTextHandler(&said, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	hear := func(err error) string { // what an error says, to be looked at in the end
		fmt.Fprintln(&said, err)
		return fmt.Sprint(err)
	}
	own := whole.config(1)
	other, err := certify(t.TempDir())
	must(t, err)
	broken := filepath.Join(t.TempDir(), "key.pem")
	key, err := os.ReadFile(own.ClientKey)
	must(t, err)
	must(t, os.WriteFile(broken, bytes.Replace(key, []byte("\n"), []byte("\n#"), 2), 0o600))
	if _, err := driver.New(t.Context(), env, driver.Config{URL: own.URL, TLS: true, CACert: own.CACert, ClientCert: own.ClientCert, ClientKey: broken}); err == nil {
		t.Error("a key that is broken is taken")
	} else if !strings.Contains(hear(err), "client_cert, client_key: want") {
		t.Error(err)
	}
	for what, change := range map[string]func(*driver.Config){
		"no certificate of its own":      func(c *driver.Config) { c.ClientCert, c.ClientKey = "", "" },
		"one of another authority":       func(c *driver.Config) { c.ClientCert, c.ClientKey = other.ClientCert, other.ClientKey },
		"a manager of another authority": func(c *driver.Config) { c.CACert = other.CACert },
	} {
		cfg := own
		change(&cfg)
		e, err := driver.New(t.Context(), env, cfg)
		must(t, err)
		if _, err := e.Nodes(t.Context()); err == nil || !strings.Contains(hear(err), "certificate") {
			t.Errorf("%s: %v", what, err)
		}
	}

	third := whole.config(3)
	engine, err := docker.New(t.Context(), env, docker.Config{URL: third.URL, TLS: true, CACert: own.CACert, ClientCert: own.ClientCert, ClientKey: own.ClientKey})
	must(t, err)
	nodes, err := engine.Nodes(t.Context())
	if must(t, err); len(nodes) != 1 || nodes[0].Name != "node3" || engine.Capabilities().Local {
		t.Errorf("Nodes: %+v", nodes)
	}
	a := shell("exit 7")
	a.Cluster, a.Task, a.Attempt, a.Mark = "tls", 1, 1, "abcdef012345"
	got, err := engine.Start(t.Context(), a)
	must(t, err)
	t.Cleanup(func() { must(t, engine.Remove(context.WithoutCancel(t.Context()), got.Handle)) })
	if s := wait(t, engine, got.Handle, executor.Exited); s.ExitCode != 7 {
		t.Errorf("%+v", s)
	}
	for _, file := range []string{own.ClientKey, other.ClientKey} {
		text, err := os.ReadFile(file)
		must(t, err)
		for line := range strings.Lines(string(text)) {
			if line = strings.TrimSpace(line); !strings.HasPrefix(line, "---") && strings.Contains(said.String(), line) {
				t.Errorf("a key is in what was said: %s", said.String())
			}
		}
	}
}
