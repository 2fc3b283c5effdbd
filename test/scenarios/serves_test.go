package scenarios

import (
	"net"
	"os/exec"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// serves VARIABLE http|ftp|mute FOLDER [FTP-USER PASSWORD] serves a folder until the end
// of the story and keeps the address. What is mute takes connections and says nothing.
func serves(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	address := l.Addr().String()
	ts.Setenv(args[0], address)
	_, port, err := net.SplitHostPort(address)
	ts.Check(err)
	if args[1] == "mute" {
		ts.Defer(func() { l.Close() })
		return
	}
	ts.Check(l.Close())
	cmd := exec.Command("/usr/bin/python3", "-m", "http.server", "-b", "127.0.0.1", "-d", ts.MkAbs(args[2]), port)
	if args[1] == "ftp" {
		cmd = exec.Command("/usr/bin/python3", "-m", "pyftpdlib", "-i", "127.0.0.1", "-p", port, "-d", ts.MkAbs(args[2]), "-u", args[3], "-P", args[4])
	}
	ts.Check(cmd.Start())
	ts.Defer(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); time.Now().Before(end); <-tick.C {
		if c, err := net.Dial("tcp", address); err == nil {
			ts.Check(c.Close())
			return
		}
	}
	ts.Fatalf("the %s server does not answer; make test installs it", args[1])
}
