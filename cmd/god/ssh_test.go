package main

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"godocker/api"
)

// Only the task's password is answered with the API key.
func TestPrompt(t *testing.T) {
	t.Setenv(envUser, "ann")
	t.Setenv(envKey, "god_secret")
	t.Setenv(envServer, "http://god")
	ours := session{Task: 7, User: "godocker"}.prompt()
	for prompt, want := range map[string]string{
		"godocker@god-7's password: ":                "god_secret\n",
		"(godocker@god-7's password: ":               "god_secret\n",
		"godocker@god-71's password: ":               "",
		"Enter passphrase for key '/x/id_ed25519': ": "",
		"Enter godocker@god-7's password":            "",
	} {
		if got := answered(t, ours, prompt); got != want {
			t.Errorf("%q is answered with %q, want %q", prompt, got, want)
		}
	}
}

// answered is what ssh gets from a program that has no terminal.
func answered(t *testing.T, ours, prompt string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), self, prompt)
	c.Env, c.SysProcAttr = append(os.Environ(), askVariable+"="+ours), &syscall.SysProcAttr{Setsid: true}
	out, _ := c.Output() // without a terminal there may be no answer
	return string(out)
}

func TestMain(m *testing.M) {
	if ours := os.Getenv(askVariable); ours != "" {
		os.Exit(answer(ours, os.Args[1]))
	}
	os.Exit(m.Run())
}

func TestKnownHosts(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	s := session{Task: 7, Host: "../n1", Port: 10022, HostKey: "ssh-ed25519 AAAA"}
	file, err := s.knownHosts()
	if err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "god-7 ssh-ed25519 AAAA\n" || !strings.HasSuffix(file, "/known_hosts/god-7-.._n1-10022") {
		t.Errorf("%s: %q, %v", file, text, err)
	}
}

func TestWhereASessionIs(t *testing.T) {
	at := func(node string, status string, interactive bool, ports ...api.PortMapping) api.Task {
		k := api.Task{ID: 7, Command: api.Command{Interactive: interactive}, Status: api.Status{Primary: status}, Container: api.Container{PortMapping: ports}}
		if node != "" {
			k.Container.Meta = &api.ContainerMeta{Node: api.Node{Name: node}}
		}
		return k
	}
	ssh, web := api.PortMapping{Host: 10022, Container: 22}, api.PortMapping{Host: 10080, Container: 80}
	for _, c := range []struct {
		task        api.Task
		host, error string
	}{
		{at("n1", "running", true, web, ssh), "n1", ""},
		{at("localhost", "running", true, ssh), "god.example.org", ""},
		{at("n1", "running", false, ssh), "", "task 7 is not interactive"},
		{at("n1", "over", true, ssh), "", "task 7 cannot be logged in to: it is over"},
		{at("", "pending", true), "", "it is pending"},
		{at("n1", "running", true, web), "", "no port to log in to yet"},
	} {
		got, err := sessionOf(c.task, "https://god.example.org:6543/")
		switch {
		case c.error != "" && (exitOf(err) != 6 || !strings.Contains(words(err), c.error)):
			t.Errorf("%+v: %v, want %q", c.task, err, c.error)
		case c.error == "" && (err != nil || got != session{Task: 7, User: "godocker", Host: c.host, Port: 10022}):
			t.Errorf("%+v: %+v, %v", c.task, got, err)
		}
	}
}
