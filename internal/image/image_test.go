package image_test

import (
	"strings"
	"testing"

	"godocker/internal/image"
)

func name(t *testing.T, text, registry string) image.Name {
	t.Helper()
	n, err := image.Parse(text, registry)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return n
}

const digest = "@sha256:e9ba086654ab7dd287a133ad1523b9385c68a77e07dfcf931863077667a7a8bd"

func TestParse(t *testing.T) {
	for _, c := range []struct{ text, registry, want string }{
		{"debian", "", "docker.io/library/debian:latest"},
		{"library/debian:12", "", "docker.io/library/debian:12"},
		{"index.docker.io/debian", "", "docker.io/library/debian:latest"},
		{"lab/tool", "", "docker.io/lab/tool:latest"},
		{"debian" + digest, "", "docker.io/library/debian" + digest},
		{"debian:12" + digest, "", "docker.io/library/debian:12" + digest},
		{"debian", "reg:5000", "reg:5000/debian:latest"},
		{"lab/tool:2", "reg.org/mirror/", "reg.org/mirror/lab/tool:2"},
		{"docker.io/debian", "reg:5000", "docker.io/library/debian:latest"},
		{"localhost/debian", "reg:5000", "localhost/debian:latest"},
		{"other:1/debian", "reg:5000", "other:1/debian:latest"},
		{"abc123", "", "docker.io/library/abc123:latest"},
		{"sha256:abc123", "", "docker.io/library/sha256:abc123"},
	} {
		if got := name(t, c.text, c.registry).String(); got != c.want {
			t.Errorf("%s at %q is %s, want %s", c.text, c.registry, got, c.want)
		}
	}
	for _, bad := range []string{"", " ", "Debian", "-x", "a b", "a//b", "reg:5000/", "x:", "x@sha256:12", strings.Repeat("ab", 32), strings.Repeat("a", 300), "a\nb"} {
		if n, err := image.Parse(bad, ""); err == nil {
			t.Errorf("%q became %s", bad, n)
		}
	}
}

func TestRegistry(t *testing.T) {
	for address, want := range map[string]string{
		"https://index.docker.io/v1/": "docker.io", "docker.io": "docker.io", "registry-1.docker.io": "docker.io",
		"HTTPS://Reg.Example.org/v2/": "reg.example.org", "reg:443": "reg",
	} {
		if got := image.Registry(address); got != want {
			t.Errorf("%q is %q, want %q", address, got, want)
		}
	}
	if got := name(t, "Docker.IO:443/lab/x", "").Registry(); got != "docker.io" {
		t.Errorf("capitals and a port hide the registry: %q", got)
	}
	for address, ok := range map[string]bool{"reg:5000": true, "reg.example.org": true, "docker.io": true, "localhost": true,
		"reg": false, "": false, "a/b": false, "reg:x": false, "http://reg.org": false, "reg.org/": false} {
		if err := image.CheckRegistry(address); (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// However an image is written, a rule about it holds.
func TestRules(t *testing.T) {
	for _, c := range []struct{ allow, deny, images, refused string }{
		{"", "", "debian lab.org/x", ""},
		{"", "docker.io/library/debian", "lab/debian debian2", "debian docker.io/library/debian debian:12 library/debian:latest index.docker.io/debian registry-1.docker.io/library/debian Docker.IO/library/debian docker.io:443/library/debian debian" + digest},
		{"", "docker.io/library/debian:8", "debian debian:9", "debian:8 debian" + digest + " debian:9" + digest},
		{"", "*/lab/**", "debian lab.org/x/lab", "lab/x lab.org/lab/x lab.org/lab/x/y:3"},
		{"", "docker.io/**", "lab.org/x", "debian a/b x:1"},
		{"lab.org/**", "lab.org/secret/*", "lab.org/x lab.org/a/b/c:1", "debian lab.org/secret/x lab.org.evil.org/x"},
		{"docker.io/library/debian:1?", "", "debian:12 docker.io/library/debian:13", "debian debian:9 debian:120 debian:12" + digest},
		{"docker.io/library/debian" + digest, "", "debian" + digest + " debian:1" + digest, "debian debian:12"},
		{"docker.io/*/*:*", "", "debian lab/x" + digest, "docker.io/a/b/c"},
	} {
		rules, err := image.ParseRules(strings.Fields(c.allow), strings.Fields(c.deny))
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range strings.Fields(c.images) {
			if err := rules.Check(name(t, text, "")); err != nil {
				t.Errorf("allow %q, deny %q: %v", c.allow, c.deny, err)
			}
		}
		for _, text := range strings.Fields(c.refused) {
			err := rules.Check(name(t, text, ""))
			if err == nil || c.deny != "" && c.allow == "" && !strings.Contains(err.Error(), c.deny) || c.deny == "" && !strings.Contains(err.Error(), c.allow) {
				t.Errorf("allow %q, deny %q: %s: %v", c.allow, c.deny, text, err)
			}
		}
	}
}

func TestBadRules(t *testing.T) {
	for _, bad := range []string{"debian", "library/debian", "docker.io", "", "docker.io/[", "docker.io/x:", "docker.io/x:[", "docker.io//x", "docker.io/X", "docker.io/x@sha256:1", "docker.io/x:1" + digest} {
		if _, err := image.ParseRules([]string{bad}, nil); err == nil || !strings.HasPrefix(err.Error(), "images.allow[0]: ") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := image.ParseRules(nil, []string{"docker.io/library/x", "docker.io/library/x" + digest}); err == nil || !strings.HasPrefix(err.Error(), "images.deny[1]: ") {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("debian:12", "docker.io/**:1?")
	f.Add("reg:5000/a/b"+digest, "*/a/[b]")
	f.Fuzz(func(t *testing.T, text, rule string) {
		n, err := image.Parse(text, "")
		if err != nil {
			return
		}
		if again, err := image.Parse(n.String(), "other.org"); err != nil || again.String() != n.String() {
			t.Errorf("%q became %s and then %v, %v", text, n, again, err)
		}
		if r, err := image.ParseRule(rule); err == nil {
			_ = image.Rules{Allow: []image.Rule{r}}.Check(n)
		}
	})
}
