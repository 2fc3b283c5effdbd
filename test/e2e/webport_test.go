package e2e

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"godocker/test/daemon"
)

const notebook = "godocker/notebook:1"

// A notebook opens from the page of its task, and a hostile one gets nothing of the page:
// with a host for each task, of one site with the page, and with a second port alone.
func TestWebPortInABrowser(t *testing.T) {
	if out, err := exec.Command("docker", "image", "inspect", notebook).CombinedOutput(); err != nil {
		t.Fatalf("no Docker engine with the image %s; run `make test`: %v\n%s", notebook, err, out)
	}
	bin := t.TempDir()
	if err := daemon.Build(bin); err != nil {
		t.Fatal(err)
	}
	for i, c := range []struct{ name, host, domain string }{
		{"a host for each task", "god.site.localhost", "tasks.site.localhost"},
		{"a second port alone", "127.0.0.1", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
				t.Fatal(err)
			}
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			door := l.Addr().String()
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			s, err := daemon.New(daemon.Options{Bin: bin, Dir: dir, Cluster: daemon.Name("e2e"), Config: fmt.Sprintf(
				"default_images: [{name: debian, url: %q, default: true}]\nport_start: %d\nport_range: 10\nweb_port: {listen: %q, domain: %q}", image, 23600+10*i, door, c.domain)})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				s.Kill()
				sweep := exec.Command("sh", "-c", "docker ps -aq --filter label=godocker.cluster="+s.Cluster+" | xargs -r docker rm -f")
				if out, err := sweep.CombinedOutput(); err != nil {
					t.Errorf("%v\n%s", err, out)
				}
			})
			if err := s.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			_, port, err := net.SplitHostPort(s.Address)
			if err != nil {
				t.Fatal(err)
			}
			another, err := s.Run("user", "add", "mallory", "--uid", "1001")
			if err != nil {
				t.Fatal(err, another)
			}
			node := exec.CommandContext(t.Context(), "node", "--test", "webport.mjs")
			node.Env = append(os.Environ(), "GODOCKER_SERVER=http://"+net.JoinHostPort(c.host, port), "GODOCKER_API=http://"+s.Address, "GODOCKER_USER="+s.User, "GODOCKER_APIKEY="+s.Key,
				"GODOCKER_OTHERS_KEY="+strings.TrimSpace(another), "GODOCKER_IMAGE="+notebook)
			if os.Getenv("E2E_SHOTS") == "" {
				node.Env = append(node.Env, "E2E_SHOTS="+t.TempDir())
			}
			if out, err := node.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s\nthe end of the server's log:\n%s", err, out, s.LogEnd())
			}
		})
	}
}
