package submit_test

import (
	"context"
	"strings"
	"testing"

	"godocker"
	"godocker/api"
	"godocker/executor"
	"godocker/internal/submit"
)

func TestRoot(t *testing.T) {
	guest := ann
	guest.Guest = true
	for _, c := range []struct {
		by          godocker.User
		site, guest bool
		can         bool
		want        string
	}{
		{ann, true, false, true, ""}, {guest, true, true, true, ""},
		{ann, false, true, true, "this site runs no tasks as root"}, {guest, true, false, true, "no tasks of guests"},
		{ann, true, false, false, "the executor docker runs no tasks as root"},
	} {
		r, s := room(t, func(r *submit.Rules) {
			r.Root, r.GuestRoot = c.site, c.guest
			r.Can = map[string]executor.Capabilities{"docker": {Root: c.can}}
		})
		d := doc()
		d.Container.Root = true
		if c.want == "" {
			if !submitted(t, r, s, c.by, d).Container.Root {
				t.Errorf("%+v: it does not run as root", c)
			}
			continue
		}
		if _, err := r.Submit(t.Context(), c.by, d, now); fieldsOf(err) != "container.root" || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// Where an executor cannot keep tasks from the network, those that want none are refused.
func TestNoNetwork(t *testing.T) {
	off := false
	for _, c := range []struct {
		can, site   bool
		field, want string
	}{{can: true}, {field: "container.network", want: "cannot keep tasks from the network"}, {site: true, field: "requirements.executor", want: "tasks of this site have none"}} {
		r, _ := room(t, func(r *submit.Rules) {
			r.NetworkOff, r.Can = c.site, map[string]executor.Capabilities{"docker": {Network: c.can}}
		})
		d := doc()
		if !c.site {
			d.Container.Network = &off
		}
		if _, err := r.Submit(t.Context(), ann, d, now); fieldsOf(err) != c.field || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestLabels(t *testing.T) {
	known := true
	r, s := room(t, func(r *submit.Rules) {
		r.Labels = []api.Constraint{{Name: "disk", Value: []string{"ssd", "hdd"}}, {Name: "net", Value: []string{"fast"}}}
		r.Nodes = func(context.Context) map[string][]executor.Node {
			if !known {
				return nil
			}
			return map[string][]executor.Node{"docker": {{Labels: map[string]string{"disk": "ssd"}}, {Labels: map[string]string{"net": "fast", "secret": "x"}}}}
		}
	})
	for labels, want := range map[string]string{
		"": "", "disk==ssd": "", "disk == ssd,disk==ssd,": "",
		"disk==hdd": "no node of the executor docker has disk==hdd", "disk==ssd,net==fast": "no node of the executor docker has disk==ssd and net==fast",
		"secret==x":  `"secret==x" is not a label of this site; want some of: disk==ssd, disk==hdd, net==fast`,
		"disk==nvme": `"disk==nvme" is not`, "disk": "want a form such as disk==ssd",
	} {
		d := doc()
		d.Requirements.Label = strings.Split(labels, ",")
		if want == "" {
			if got := submitted(t, r, s, ann, d).Requirements.Labels; labels != "" && (len(got) != 1 || got[0] != "disk==ssd") {
				t.Errorf("%q became %q", labels, got)
			}
			continue
		}
		if _, err := r.Submit(t.Context(), ann, d, now); !strings.HasPrefix(fieldsOf(err), "requirements.label") || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", labels, err)
		}
	}
	known = false
	d := doc()
	d.Requirements.Label = []string{"disk==hdd"}
	if _, err := r.Submit(t.Context(), ann, d, now); err != nil {
		t.Errorf("while the nodes are unknown: %v", err)
	}
	none, _ := room(t, nil)
	if _, err := none.Submit(t.Context(), ann, d, now); fieldsOf(err) != "requirements.label" {
		t.Errorf("on a site without labels: %v", err)
	}
}

// What most executors can do is refused where one cannot.
func TestEngineAbilities(t *testing.T) {
	for field, ask := range map[string]func(*api.Task){
		"container.pull_policy":       func(d *api.Task) { d.Container.PullPolicy = string(godocker.PullNever) },
		"requirements.web_port":       func(d *api.Task) { d.Requirements.WebPort = api.Num(80) },
		"requirements.resources.warn": func(d *api.Task) { d.Requirements.Resources = map[string]api.Text{godocker.ResourceWarn: "5m"} },
	} {
		for _, able := range []bool{true, false} {
			r, s := room(t, func(r *submit.Rules) {
				r.WebPorts = true
				r.Can = map[string]executor.Capabilities{"docker": {Network: true, Join: able, PullNever: able, Signals: able}}
			})
			d := doc()
			if ask(&d); able {
				submitted(t, r, s, ann, d)
			} else if _, err := r.Submit(t.Context(), ann, d, now); fieldsOf(err) != field || !strings.Contains(err.Error(), "the executor docker") {
				t.Errorf("%s: %v", field, err)
			}
		}
	}
}
