package config

import "testing"

// The keys kube_* of older files are for the section, which wins over them.
func TestKubeKeys(t *testing.T) {
	type section struct {
		Server    string `yaml:"server"`
		Token     string `yaml:"token"`
		Namespace string `yaml:"namespace"`
	}
	for text, want := range map[string]section{
		"":                              {Namespace: "default"},
		"kube_server: https://a:6443\n": {Server: "https://a:6443", Namespace: "default"},
		"kube_server: https://a:6443\nkube_token: t\nkube_namespace: n\nkubernetes: {server: https://b}\n": {Server: "https://b", Token: "t", Namespace: "n"},
	} {
		c, err := Parse("go-d.ini", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		var got section
		kind, own := c.Engine("kubernetes")
		if err := own(&got); err != nil || got != want || kind != "kubernetes" {
			t.Errorf("%q: %s, %+v, %v; want %+v", text, kind, got, err, want)
		}
	}
}
