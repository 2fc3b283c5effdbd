package dockerapi

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/docker/go-connections/sockets"
	"github.com/docker/go-connections/tlsconfig"
	"github.com/moby/moby/client"

	"godocker/internal/authz"
)

// idleConns is how many connections to an engine are kept for the next requests.
const idleConns = 32

// target is one engine.
type target struct {
	way                http.RoundTripper
	scheme, host, path string
}

// transport is the way to whichever of several engines answers, on which each request gets
// its token where there is somebody who signs.
func transport(hosts []string, at Endpoint) (http.RoundTripper, target, error) {
	var all []target
	for _, host := range hosts {
		url, err := client.ParseHostURL(host)
		if err != nil {
			return nil, target{}, err
		}
		way := &http.Transport{MaxIdleConns: idleConns, MaxIdleConnsPerHost: idleConns}
		if err := sockets.ConfigureTransport(way, url.Scheme, url.Host); err != nil {
			return nil, target{}, err
		}
		to := target{way: way, scheme: "http", host: url.Host, path: url.Path}
		if url.Scheme == "unix" || url.Scheme == "npipe" {
			to.host, to.path = client.DummyHost, ""
		}
		if at.TLS {
			to.scheme = "https"
			way.TLSClientConfig, err = tlsconfig.Client(tlsconfig.Options{CAFile: at.CACert, CertFile: at.ClientCert, KeyFile: at.ClientKey,
				ExclusiveRootPools: true, MinVersion: tls.VersionTLS12})
			if err != nil {
				return nil, target{}, fmt.Errorf("ca_cert: %w", err)
			}
		}
		if len(hosts) > 1 {
			way.ResponseHeaderTimeout, way.DialContext = mostSilence, dialSoon(way.DialContext)
		}
		if at.Sign != nil {
			to.way = signer{way, at.Sign}
		}
		all = append(all, to)
	}
	if len(all) == 1 {
		return all[0].way, all[0], nil
	}
	return &anyOf{all: all}, all[0], nil
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
