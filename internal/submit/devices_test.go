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

func TestDevices(t *testing.T) {
	r, s := room(t, func(r *submit.Rules) {
		r.Ports, r.Sessions, r.WebPorts = 3, true, true
		r.Can = map[string]executor.Capabilities{"docker": {GPUs: true, Ports: true, Interactive: true, Join: true, Network: true}}
		r.Nodes = func(context.Context) map[string][]executor.Node {
			return map[string][]executor.Node{"docker": {{GPUs: 1}, {GPUs: 2}}}
		}
	})
	off, two := false, api.Text("2")
	for _, c := range []struct {
		what   func(*api.Task)
		field  string
		reason string
	}{
		{func(d *api.Task) { d.Requirements.GPUs = api.Num(2) }, "", ""},
		{func(d *api.Task) { d.Requirements.GPUs = api.Num(3) }, "requirements.gpus", "want at most 2"},
		{func(d *api.Task) { d.Requirements.GPUs = api.Num(0.5) }, "requirements.gpus", "want a whole number"},
		{func(d *api.Task) { d.Requirements.GPUs = api.Num(-1) }, "requirements.gpus", "want a whole number"},
		{func(d *api.Task) { d.Requirements.Ports = []api.Text{"80", " 8080", "80"} }, "", ""},
		{func(d *api.Task) { d.Requirements.Ports = []api.Text{"0"} }, "requirements.ports", "want numbers from 1 to 65535"},
		{func(d *api.Task) { d.Requirements.Ports = []api.Text{"65536"} }, "requirements.ports", "want numbers"},
		{func(d *api.Task) { d.Requirements.Ports = []api.Text{"1", "2", "3", "4"} }, "requirements.ports", "want at most 3"},
		{func(d *api.Task) { d.Requirements.Ports, d.Container.Network = []api.Text{"80"}, &off }, "requirements.ports", "without a network"},
		{func(d *api.Task) { d.Command.Interactive, d.Command.Cmd = true, "" }, "", ""},
		{func(d *api.Task) { d.Command.Interactive, d.Requirements.Ports = true, []api.Text{"80", "8080"} }, "", ""},
		{func(d *api.Task) { d.Command.Interactive, d.Requirements.Ports = true, []api.Text{"1", "2", "3"} }, "requirements.ports", "want at most 2"},
		{func(d *api.Task) { d.Command.Interactive, d.Requirements.Ports = true, []api.Text{"22"} }, "requirements.ports", "port 22 of an interactive task is for logins"},
		{func(d *api.Task) { d.Requirements.WebPort = api.Num(8888) }, "", ""},
		{func(d *api.Task) { d.Requirements.WebPort = api.Num(22) }, "", ""},
		{func(d *api.Task) { d.Requirements.WebPort = api.Num(0) }, "requirements.web_port", "want a whole number from 1 to 65535, got 0"},
		{func(d *api.Task) { d.Requirements.WebPort = api.Num(65536) }, "requirements.web_port", "want a whole number"},
		{func(d *api.Task) { d.Requirements.WebPort = api.Num(80.5) }, "requirements.web_port", "want a whole number"},
		{func(d *api.Task) { d.Requirements.WebPort, d.Command.Interactive = api.Num(22), true }, "requirements.web_port", "is for logins"},
		{func(d *api.Task) { d.Command.Interactive, d.Container.Network = true, &off }, "container.network", "want true"},
		{func(d *api.Task) { d.Command.Interactive, d.Requirements.Array.Values = true, &two }, "requirements.array.values", "no interactive tasks"},
		{func(d *api.Task) { d.Requirements.Resources = map[string]api.Text{"shm": "1g"} }, "", ""},
		{func(d *api.Task) { d.Requirements.Resources = map[string]api.Text{"shm": "3g"} }, "requirements.resources.shm", "want at most the 2 GB of memory"},
		{func(d *api.Task) { d.Requirements.Resources = map[string]api.Text{"shm": "much"} }, "requirements.resources.shm", "want a size"},
		{func(d *api.Task) { d.Requirements.Resources = map[string]api.Text{"shm": "0"} }, "requirements.resources.shm", "more than 0"},
		{func(d *api.Task) { d.Requirements.Resources = map[string]api.Text{"fpga": "1"} }, "requirements.resources.fpga", "is not known here"},
	} {
		d := doc()
		c.what(&d)
		if c.field == "" {
			got := submitted(t, r, s, ann, d).Requirements
			if got.WebPort != int(d.Requirements.WebPort.Value) || len(d.Requirements.Ports) > 0 && (len(got.Ports) != 2 || got.Ports[1] != 8080) || d.Requirements.Resources != nil && got.Resources["shm"] != "1000000000" {
				t.Errorf("%+v became %+v", d.Requirements, got)
			}
			continue
		}
		if _, err := r.Submit(t.Context(), ann, d, now); fieldsOf(err) != c.field || !strings.Contains(err.Error(), c.reason) {
			t.Errorf("%+v: %v", d.Requirements, err)
		}
	}
	served := doc()
	served.Requirements.WebPort = api.Num(8888)
	task := submitted(t, r, s, ann, served)
	id, err := r.Again(t.Context(), ann, &task, now)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := s.Task(t.Context(), id); err != nil || again.Requirements.WebPort != 8888 {
		t.Errorf("again it has the web port %d, %v", again.Requirements.WebPort, err)
	}
	poor, _ := room(t, nil)
	d := doc()
	d.Requirements.WebPort = api.Num(80)
	if _, err := poor.Submit(t.Context(), ann, d, now); fieldsOf(err) != "requirements.web_port" || !strings.Contains(err.Error(), "opens no web ports") {
		t.Errorf("on a site without web ports: %v", err)
	}
	d = doc()
	d.Requirements.GPUs, d.Requirements.Ports = api.Num(1), []api.Text{"80"}
	if _, err := poor.Submit(t.Context(), ann, d, now); !strings.Contains(fieldsOf(err), "requirements.gpus") || !strings.Contains(err.Error(), "the executor docker has no gpus") {
		t.Errorf("on a site without gpus: %v", err)
	}
}

func TestURIs(t *testing.T) {
	r, s := room(t, func(r *submit.Rules) { r.Fetch = true })
	d := doc()
	d.Requirements.URIs = []string{" http://ann:secret@example.org/a?secret ", "ftp://example.org/b"}
	got := submitted(t, r, s, ann, d)
	if uris := got.Requirements.URIs; len(uris) != 2 || uris[0] != "http://ann:secret@example.org/a?secret" {
		t.Errorf("kept: %q", uris)
	}
	if shown := api.FromTask(&got, "", now).Requirements.URIs; len(shown) != 2 || shown[0] != "http://example.org/a?…" {
		t.Errorf("shown: %q", shown)
	}
	got.State, got.Outcome = godocker.Over, godocker.Succeeded
	id, err := r.Again(t.Context(), ann, &got, now)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := s.Task(t.Context(), id); err != nil || again.Requirements.URIs[0] != got.Requirements.URIs[0] {
		t.Errorf("again: %q, %v", again.Requirements.URIs, err)
	}
	for _, bad := range [][]string{{"http://x/a", "http://secret@y/b/a"}, {"http://secret@x/god.log"}, {"/etc/passwd"}, make([]string, 101)} {
		d.Requirements.URIs = bad
		if _, err := r.Submit(t.Context(), ann, d, now); fieldsOf(err) != "requirements.uris" || strings.Contains(err.Error(), "secret") {
			t.Errorf("%.3q: %v", bad, err)
		}
	}
	none, _ := room(t, nil)
	if _, err := none.Submit(t.Context(), ann, d, now); fieldsOf(err) != "requirements.uris" || !strings.Contains(err.Error(), "this site fetches no files") {
		t.Errorf("on a site that fetches nothing: %v", err)
	}
}
