package submit_test

import (
	"strings"
	"testing"

	"godocker"
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
