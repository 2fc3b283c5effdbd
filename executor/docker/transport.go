package docker

import (
	"bytes"
	"crypto/tls"
	"io"
	"net/http"
	"strings"

	"github.com/docker/go-connections/sockets"
	"github.com/docker/go-connections/tlsconfig"
	"github.com/moby/moby/client"

	"godocker/internal/authz"
)

// transport is the way to an engine, on which each request gets its token where there is
// somebody who signs. It also tells the scheme.
func transport(host string, cfg Config, sign func(method, uri string, body []byte) (string, error)) (http.RoundTripper, string, error) {
	way, scheme := &http.Transport{MaxIdleConns: idleConns, MaxIdleConnsPerHost: idleConns}, "http"
	url, err := client.ParseHostURL(host)
	if err != nil {
		return nil, "", err
	}
	if err := sockets.ConfigureTransport(way, url.Scheme, url.Host); err != nil {
		return nil, "", err
	}
	if cfg.TLS {
		scheme = "https"
		way.TLSClientConfig, err = tlsconfig.Client(tlsconfig.Options{CAFile: cfg.CACert, CertFile: cfg.ClientCert, KeyFile: cfg.ClientKey,
			ExclusiveRootPools: true, MinVersion: tls.VersionTLS12})
		if err != nil {
			return nil, "", err
		}
	}
	if sign == nil {
		return way, scheme, nil
	}
	return signer{way, sign}, scheme, nil
}

// signer signs requests as they go out, when nothing of them changes any more.
type signer struct {
	way  http.RoundTripper
	sign func(method, uri string, body []byte) (string, error)
}

func (s signer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	var body []byte
	if r.Body != nil && r.Body != http.NoBody {
		var err error
		if body, err = io.ReadAll(r.Body); err == nil {
			err = r.Body.Close()
		}
		if err != nil {
			return nil, err
		}
		r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
		r.Body, _ = r.GetBody()
		r.ContentLength = int64(len(body))
	}
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		body = nil // engines show no other to their plug-in
	}
	token, err := s.sign(r.Method, r.URL.RequestURI(), body)
	if err != nil {
		return nil, err
	}
	r.Header.Set(authz.Header, token)
	return s.way.RoundTrip(r)
}
