package main

import (
	"strings"
	"testing"

	"godocker/api"
)

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
		case c.error == "" && (err != nil || got != session{7, "godocker", c.host, 10022}):
			t.Errorf("%+v: %+v, %v", c.task, got, err)
		}
	}
}
