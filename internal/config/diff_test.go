package config

import (
	"slices"
	"testing"
)

func TestDiff(t *testing.T) {
	parse := func(text string) *Config {
		t.Helper()
		c, err := Parse("go-d.ini", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	a := parse("rate_limit: 5\ndocker: {url: 'tcp://a:1', tls: true}\nfairshare_user_weight: 1\n")
	for text, want := range map[string][]string{
		"docker:\n  tls: true # as before\n  url: tcp://a:1\nrate_limit: 5\n":                                         nil,
		"rate_limit: 6\ndocker: {url: 'tcp://a:1', tls: true}\n":                                                      {"rate_limit"},
		"docker: {url: 'tcp://b:1', tls: true}\nldap_port: 1389\ndefault_images: [{name: a, url: 'a:1'}]\nfake: {}\n": {"default_images", "docker", "ldap_port", "rate_limit"},
	} {
		b := parse(text)
		if got := a.Diff(b); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
		c := a.Take(b, []string{"rate_limit", "default_images"})
		if left := slices.DeleteFunc(c.Diff(b), func(key string) bool { return !slices.Contains([]string{"rate_limit", "default_images"}, key) }); len(left) > 0 {
			t.Errorf("%q: %v are not taken", text, left)
		}
		if a.RateLimit != 5 || len(a.DefaultImages) != 0 {
			t.Errorf("%q: the first one changed", text)
		}
	}
}
