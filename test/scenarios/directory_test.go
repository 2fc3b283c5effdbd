package scenarios

import (
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"
)

// directory FILE starts a directory of people and writes the lines of a configuration
// that lead to it. $LDAP is its address. With stop in place of the file it stops.
func directory(ts *testscript.TestScript, _ bool, args []string) {
	scripts, err := filepath.Abs("../backends/ldap")
	ts.Check(err)
	dir := filepath.Join(ts.Getenv("WORK"), "directory")
	if args[0] == "stop" {
		ts.Check(ts.Exec(filepath.Join(scripts, "down.sh"), dir, "keep"))
		return
	}
	var ports [2]int
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		ts.Check(err)
		defer l.Close()
		ports[i] = l.Addr().(*net.TCPAddr).Port
		ts.Check(l.Close())
	}
	ts.Defer(func() { _ = ts.Exec(filepath.Join(scripts, "down.sh"), dir) })
	ts.Check(ts.Exec(filepath.Join(scripts, "up.sh"), dir, fmt.Sprint(ports[0]), fmt.Sprint(ports[1])))
	ts.Setenv("LDAP", fmt.Sprintf("ldap://127.0.0.1:%d", ports[0]))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), fmt.Appendf(nil, `auth_policy: goauth
ldap_host: 127.0.0.1
ldap_port: %d
ldap_dn: dc=example,dc=org
ldap_admin_dn: cn=admin,dc=example,dc=org
ldap_admin_password: admin-pw
ldap: {start_tls: true, ca_cert: %s, recheck: 1s, admin_group: ops, fields: {email: mail}}
`, ports[0], filepath.Join(dir, "ca.pem")), 0o600))
}
