package submit_test

import (
	"context"
	"strings"
	"testing"

	"godocker/api"
	"godocker/executor"
	"godocker/internal/submit"
)

func TestDevices(t *testing.T) {
	r, s := room(t, func(r *submit.Rules) {
		r.Ports = 3
		r.Can = map[string]executor.Capabilities{"docker": {GPUs: true, Ports: true}}
		r.Nodes = func(context.Context) map[string][]executor.Node {
			return map[string][]executor.Node{"docker": {{GPUs: 1}, {GPUs: 2}}}
		}
	})
	off := false
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
			if len(d.Requirements.Ports) > 0 && (len(got.Ports) != 2 || got.Ports[1] != 8080) || d.Requirements.Resources != nil && got.Resources["shm"] != "1000000000" {
				t.Errorf("%+v became %+v", d.Requirements, got)
			}
			continue
		}
		if _, err := r.Submit(t.Context(), ann, d, now); fieldsOf(err) != c.field || !strings.Contains(err.Error(), c.reason) {
			t.Errorf("%+v: %v", d.Requirements, err)
		}
	}
	poor, _ := room(t, nil)
	d := doc()
	d.Requirements.GPUs, d.Requirements.Ports = api.Num(1), []api.Text{"80"}
	if _, err := poor.Submit(t.Context(), ann, d, now); !strings.Contains(fieldsOf(err), "requirements.gpus") || !strings.Contains(err.Error(), "the executor docker has no gpus") {
		t.Errorf("on a site without gpus: %v", err)
	}
}
