// Package dockerapi is what the drivers of Docker engines share: the way to an engine, what its errors mean, what every
// attempt is given, and registries.
package dockerapi

import (
	"net/http"
	"strings"

	"github.com/moby/moby/client"
)

// An Endpoint is where an engine is reached.
type Endpoint struct {
	URL        string // unix:///var/run/docker.sock by default; several, for engines of which any will do, have commas between them
	APIVersion string // agreed with the engine by default
	LeastAPI   string // the first version that will do; "" = any that is known
	TLS        bool
	CACert     string
	ClientCert string
	ClientKey  string

	// Sign, if not nil, gives each request its token.
	Sign func(method, uri string, body []byte) (string, error)
}

// An Engine is the way to an engine.
type Engine struct {
	*client.Client
	Way   http.RoundTripper // for what the client does not do,
	Base  string            // and what addresses of it begin with, without the version
	Local bool              // it is on this machine
}

// Dial prepares the way. It does not go it: an engine that is away now may come later. Its
// errors name what is wrong by the keys of the configuration.
func Dial(at Endpoint) (*Engine, error) {
	if err := at.check(); err != nil {
		return nil, err
	}
	var hosts []string
	for url := range strings.SplitSeq(at.URL, ",") {
		if url = address(strings.TrimSpace(url)); url == "" {
			url = client.DefaultDockerHost
		}
		hosts = append(hosts, url)
	}
	way, first, err := transport(hosts, at)
	if err != nil {
		return nil, err
	}
	opts := []client.Opt{client.WithHost(hosts[0]), client.WithScheme(first.scheme),
		client.WithHTTPClient(&http.Client{Transport: way, CheckRedirect: client.CheckRedirect})}
	if at.APIVersion != "" && at.APIVersion != "auto" {
		opts = append(opts, client.WithAPIVersion(at.APIVersion))
	}
	api, err := client.New(opts...)
	if err != nil {
		return nil, err
	}
	return &Engine{Client: api, Way: way, Base: first.scheme + "://" + first.host + first.path, Local: strings.HasPrefix(hosts[0], "unix://")}, nil
}

// address also takes the http and https of older configurations.
func address(url string) string {
	for _, scheme := range []string{"http://", "https://"} {
		if rest, ok := strings.CutPrefix(url, scheme); ok {
			return "tcp://" + rest
		}
	}
	return url
}

// Address is that of a part of the engine which the client library has no words for. The
// client must have been used before, so that the version of the API is agreed.
func (e *Engine) Address(path string) string { return e.Base + "/v" + e.ClientVersion() + path }
