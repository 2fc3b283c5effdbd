package godocker

import (
	"strings"
	"testing"
)

func TestParseURI(t *testing.T) {
	for text, want := range map[string]string{
		"https://example.org/data/reads.fq.gz":                  "reads.fq.gz",
		" ftp://ann:pw-ann@example.org:2121/a/b.txt ":           "b.txt",
		"http://example.org/a%20b?token=pw-ann#pw-ann":          "a b",
		"http://example.org/x/%2e%2e%2f%2E%2E%2Fetc%2Fpasswd":   "passwd",
		"http://example.org/a/../../b":                          "b",
		"http://[2001:db8::1]/x":                                "x",
		"http://example.org/é":                                  "é",
		"http://example.org/" + strings.Repeat("x", maxURIName): strings.Repeat("x", maxURIName),

		"http://ann:pw-ann@example.org/" + strings.Repeat("x", maxURIName+1): "",
		"http://ann:pw-ann@example.org":                                      "",
		"http://ann:pw-ann@example.org/?pw-ann":                              "",
		"http://ann:pw-ann@example.org/data/":                                "",
		"http://ann:pw-ann@example.org/..":                                   "",
		"http://ann:pw-ann@example.org/cmd.sh":                               "",
		"http://ann:pw-ann@example.org/x/%67od.log":                          "",
		"http://ann:pw-ann@example.org/.bashrc":                              "",
		"http://ann:pw-ann@example.org/a%0d%0aDELE b":                        "",
		"http://ann:pw-ann@example.org/a%00":                                 "",
		"http://ann:pw-ann@example.org/a%ff":                                 "",
		"http://ann:pw-ann@example.org:pw-ann/x":                             "",
		"file:///etc/passwd":                                                 "",
		"http:///x":                                                          "",
		"gopher://ann:pw-ann@example.org/x":                                  "",
		"pw-ann":                                                             "",
		"":                                                                   "",
		"http://ann:pw-ann@example.org/" + strings.Repeat("x/", maxURI/2) + "y": "",
	} {
		u, err := ParseURI(text)
		if (err == nil) != (want != "") || u.Name != want {
			t.Errorf("%.60q: %q, %v; want %q", text, u.Name, err, want)
		}
		if err != nil && text != "pw-ann" && strings.Contains(err.Error(), "pw-ann") {
			t.Errorf("the error tells the secret: %v", err)
		}
		if err == nil && strings.Contains(u.Shown(), "pw-ann") {
			t.Errorf("%q is shown as %q", text, u.Shown())
		}
	}
	if got := ShownURI("ftp://ann:pw@h/a%20b/c?x=1"); got != "ftp://h/a%20b/c?…" {
		t.Errorf("shown as %q", got)
	}
}

func FuzzParseURI(f *testing.F) {
	for _, s := range []string{"http://a/b", "ftp://u:p@h/%2e%2e", "https://[::1%25x]/a?b#c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		u, err := ParseURI(text)
		if err == nil && (u.Name == "" || strings.ContainsAny(u.Name, "/\x00") || reservedName(u.Name) || strings.Contains(u.Shown(), "@") && !strings.Contains(u.Path, "@")) {
			t.Errorf("%q: %q, shown as %q", text, u.Name, u.Shown())
		}
	})
}
