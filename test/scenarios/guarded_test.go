package scenarios

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"
)

// guarded FILE makes a place for a Docker engine of its own and writes the lines of a
// configuration that lead to it; its URL is in $ENGINE. "guarded up" starts it, with the
// server as its authorization plug-in.
func guarded(ts *testscript.TestScript, _ bool, args []string) {
	script, err := filepath.Abs("../backends/docker/private.sh")
	ts.Check(err)
	if args[0] != "up" {
		dir, err := os.MkdirTemp("", "engine-") // short: a path of a socket has few letters
		ts.Check(err)
		ts.Defer(func() { _ = ts.Exec(script, "down", dir) })
		ts.Setenv("ENGINE", "unix://"+filepath.Join(dir, "docker.sock"))
		ts.Setenv("ENGINE_DIR", dir)
		ts.Check(os.WriteFile(ts.MkAbs(args[0]), fmt.Appendf(nil, "docker: {url: %q}\ndocker_authz: {enabled: true}\n", ts.Getenv("ENGINE")), 0o600))
		return
	}
	dir := ts.Getenv("ENGINE_DIR")
	ts.Check(ts.Exec(script, "start", dir)) // without the plug-in it gets its image
	ts.Check(ts.Exec(script, "kill", dir))
	ts.Check(os.Mkdir(filepath.Join(dir, "plugins"), 0o755))
	ts.Check(os.WriteFile(filepath.Join(dir, "daemon.json"), []byte(`{"authorization-plugins": ["godocker-auth"]}`), 0o600))
	sock, err := net.Listen("unix", filepath.Join(dir, "plugins", "godocker-auth.sock")) // the engine has no network
	ts.Check(err)
	ts.Defer(func() { _ = sock.Close() })
	to, err := url.Parse(ts.Getenv("SERVER"))
	ts.Check(err)
	go func() { _ = http.Serve(sock, httputil.NewSingleHostReverseProxy(to)) }()
	ts.Check(ts.Exec(script, "start", dir))
}
