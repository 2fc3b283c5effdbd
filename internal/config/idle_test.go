package config

import (
	"strings"
	"testing"
)

// What is wrong with the sections ssh and idle is told with its line.
func TestSessionSections(t *testing.T) {
	const base = "shared_dir: /s\nsecret_passphrase: 0123456789abcdef0123\n"
	for text, want := range map[string]string{
		"ssh:\n  listen: ':6544'\n  public_endpoint: god.example.org:22": "",
		"ssh:\n  listen: 6544":                                "line 4: ssh.listen: want an address and a port such as :6544, got \"6544\"",
		"ssh:\n  listen: ':0'":                                "line 4: ssh.listen: want an address",
		"ssh:\n  listen: ':6544'\n  public_endpoint: god":     "line 5: ssh.public_endpoint: want a host and a port",
		"ssh:\n  listen: ':6544'\n  public_endpoint: ':22'":   "line 5: ssh.public_endpoint: want a host and a port",
		"ssh:\n  listen: ':6544'\n  public_endpoint: a:0":     "line 5: ssh.public_endpoint: want a host and a port",
		"ssh:\n  public_endpoint: god:22":                     "line 3: ssh.listen: is missing",
		"ssh:\n  listn: ':6544'":                              "line 4: unknown key \"listn\" in ssh; did you mean \"listen\"?",
		"idle: {after: 4h, warn: 15m, action: end, max: 12h}": "",
		"idle:\n  after: 4h\n  action: none":                  "",
		"idle:\n  after: soon":                                "line 4: idle: want a length of time",
		"idle:\n  after: 1h\n  action: freeze":                "line 5: idle.action: want suspend, end or none, got \"freeze\"",
		"idle:\n  after: 1h\n  warn: 0":                       "line 5: idle.warn: want at least 1s",
		"idle:\n  after: 3h\n  max: 2h":                       "line 4: idle.after: want at most the 2h of idle.max, got 3h",
		"idle:\n  max: 2h":                                    "line 3: idle.after: is missing",
		"idle:\n  after: 1h\n  max: 2h\n  action: none":       "line 5: idle.max: want no longest time",
		"idle: 4h": "line 3: idle",
	} {
		c, err := Parse("go-d.ini", []byte(base+text))
		if err == nil {
			err = c.Check()
		}
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v; want %q", text, err, want)
		}
	}
}
