package dockerapi_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"godocker/executor/dockerapi"
)

// What cannot be meant is refused before anybody is asked, by the name of its key, and no
// password is told.
func TestWhatCannotBeMeant(t *testing.T) {
	const secret = "sesame"
	none := filepath.Join(t.TempDir(), "none.pem")
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	at := func(url string) dockerapi.Endpoint { return dockerapi.Endpoint{URL: url} }
	for _, c := range []struct {
		at   dockerapi.Endpoint
		want string
	}{
		{at("tcp://u:" + secret + "@host:2376"), "url: want no user and no password"},
		{at("tcp://a:2376, https://u:" + secret + "%zz@host:2376"), "url: want no user and no password"},
		{at("u:" + secret + "@host:2376"), "url: want no user and no password"},
		{at("tcp://a:2375,,tcp://x:2375"), "url: want unix:///path of a socket, or tcp://host:port; one is empty"},
		{at("http://10.231.1.1"), `url: want unix:///path of a socket, or tcp://host:port from 1 to 65535, got "http://10.231.1.1"`},
		{at("tcp://a:70000"), "from 1 to 65535"},
		{at("tcp://:2375"), `got "tcp://:2375"`},
		{at("ssh://a:22"), `got "ssh://a:22"`},
		{at("a:2375"), `got "a:2375"`},
		{at("unix://"), `got "unix://"`},
		{dockerapi.Endpoint{APIVersion: "1.20"}, `api_version: want 1.40 or later, or auto, got "1.20"`},
		{dockerapi.Endpoint{APIVersion: "1.40", LeastAPI: "1.41"}, `api_version: want 1.41 or later, or auto, got "1.40"`},
		{dockerapi.Endpoint{APIVersion: "new"}, `got "new"`},
		{dockerapi.Endpoint{TLS: true, ClientCert: empty}, "client_key: is missing"},
		{dockerapi.Endpoint{TLS: true, ClientKey: empty}, "client_cert: is missing"},
		{dockerapi.Endpoint{TLS: true, ClientCert: none, ClientKey: empty}, "client_cert: open " + none},
		{dockerapi.Endpoint{TLS: true, ClientCert: empty, ClientKey: none}, "client_key: open " + none},
		{dockerapi.Endpoint{TLS: true, ClientCert: empty, ClientKey: empty}, "client_cert, client_key: want a certificate and its private key"},
		{dockerapi.Endpoint{TLS: true, CACert: none}, "ca_cert: "},
		{dockerapi.Endpoint{URL: "tcp://a", APIVersion: "1.20"}, "\napi_version: "},
	} {
		if _, err := dockerapi.Dial(c.at); err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), secret) {
			t.Errorf("%+v: %v, want %s", c.at, err, c.want)
		}
	}
	for _, url := range []string{"", "unix:///run/docker.sock", "unix://@abstract", "tcp://10.0.0.1:2375", "http://a:2375, https://b:2376", "tcp://[::1]:2375/behind"} {
		for _, version := range []string{"", "auto", "1.41", "1.100"} {
			if _, err := dockerapi.Dial(dockerapi.Endpoint{URL: url, APIVersion: version}); err != nil {
				t.Errorf("%q, %q: %v", url, version, err)
			}
		}
	}
}

func TestPositive(t *testing.T) {
	if err := dockerapi.Positive("max_creates", -1); err == nil || err.Error() != "max_creates: want a whole number from 1 on, got -1" {
		t.Error(err)
	}
	if err := dockerapi.Positive("max_creates", 0); err != nil {
		t.Error(err)
	}
}
