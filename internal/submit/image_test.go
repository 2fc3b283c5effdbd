package submit_test

import (
	"strings"
	"testing"

	"godocker"
	"godocker/internal/image"
	"godocker/internal/submit"
)

func TestListedImages(t *testing.T) {
	r, s := room(t, func(r *submit.Rules) { r.AnyImage = false })
	for _, name := range []string{"", "stable", "debian:12", "docker.io/library/debian:12", "library/debian:12", "index.docker.io/debian:12"} {
		d := doc()
		d.Container.Image = name
		if got := submitted(t, r, s, ann, d).Container.Image; got != "debian:12" {
			t.Errorf("%q became %q", name, got)
		}
	}
	for _, name := range []string{"debian", "debian:1", "lab/debian:12", "other.org/library/debian:12", "debian:12@sha256:" + strings.Repeat("0", 64), "Debian:12"} {
		d := doc()
		d.Container.Image = name
		if _, err := r.Submit(t.Context(), ann, d, now); fieldsOf(err) != "container.image" || !strings.Contains(err.Error(), "is not an image of this site; want one of: debian:12") {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestImageRules(t *testing.T) {
	rules, err := image.ParseRules([]string{"docker.io/library/*", "reg:5000/**"}, []string{"*/*/busybox"})
	if err != nil {
		t.Fatal(err)
	}
	r, s := room(t, func(r *submit.Rules) { r.ImageRules = rules })
	for name, want := range map[string]string{
		"alpine": "", "docker.io/alpine:3": "", "debian:12": "", "reg:5000/a/b/c": "",
		"busybox": `docker.io/library/busybox:latest is refused by this site's rule "*/*/busybox"`, "docker.io/library/busybox:1": "is refused by", "index.docker.io/busybox": "is refused by",
		"lab/x": "docker.io/lab/x:latest is none of the images that this site allows: docker.io/library/*, reg:5000/**", "other.org/library/alpine": "none of the images",
	} {
		d := doc()
		d.Container.Image = name
		if want == "" {
			submitted(t, r, s, ann, d)
		} else if _, err := r.Submit(t.Context(), ann, d, now); fieldsOf(err) != "container.image" || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestPrivateRegistry(t *testing.T) {
	r, s := room(t, func(r *submit.Rules) { r.Registry = "reg:5000" })
	for name, want := range map[string]string{"": "reg:5000/debian:12", "stable": "reg:5000/debian:12", "debian:12": "reg:5000/debian:12", "lab/x": "reg:5000/lab/x",
		"docker.io/debian:12": "docker.io/debian:12", "localhost/x:1": "localhost/x:1"} {
		d := doc()
		d.Container.Image = name
		if got := submitted(t, r, s, ann, d).Container.Image; got != want {
			t.Errorf("%q became %q, want %q", name, got, want)
		}
	}
}

func TestPullPolicy(t *testing.T) {
	r, s := room(t, func(r *submit.Rules) { r.Pull = godocker.PullAlways })
	for asked, want := range map[string]godocker.PullPolicy{"": "always", "never": "never", "if-not-present": "if-not-present"} {
		d := doc()
		d.Container.PullPolicy = asked
		if got := submitted(t, r, s, ann, d).Container.Pull; got != want {
			t.Errorf("%q became %q, want %q", asked, got, want)
		}
	}
	d := doc()
	d.Container.PullPolicy = "Always"
	if _, err := r.Submit(t.Context(), ann, d, now); fieldsOf(err) != "container.pull_policy" || !strings.Contains(err.Error(), `want one of if-not-present, always, never, got "Always"`) {
		t.Error(err)
	}
}
