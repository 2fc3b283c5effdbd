package web_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"godocker/web"
)

// TestFiles holds that the page asks for nothing inline that its Content-Security-Policy
// forbids.
func TestFiles(t *testing.T) {
	files := web.Files()
	for _, name := range []string{"index.html", "docs/index.html"} {
		page, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatalf("%v; run `make build`, which makes the page", err)
		}
		for _, tag := range strings.Split(string(page), "<script")[1:] {
			if head, _, _ := strings.Cut(tag, ">"); !strings.Contains(head, "src=") {
				t.Errorf("%s has an inline script", name)
			}
		}
	}
}

// mostShell is how much a browser may have to fetch before anybody sees anything of
// the page, in bytes as they go over the wire; a font comes beside.
const mostShell = 240_000

var fetched = regexp.MustCompile(`(?:src|href)="\./([^"]+)"`)

// TestShellIsSmall weighs what index.html asks for: every screen comes when somebody
// goes there. What is too much here is wanted at once by something that could wait.
func TestShellIsSmall(t *testing.T) {
	index, err := fs.ReadFile(web.Files(), "index.html")
	if err != nil {
		t.Fatalf("%v; run `make build`, which makes the page", err)
	}
	var parts strings.Builder
	all := compressed(t, index)
	for _, found := range fetched.FindAllStringSubmatch(string(index), -1) {
		part, err := fs.ReadFile(web.Files(), found[1])
		if err != nil {
			t.Fatal(err)
		}
		n := compressed(t, part)
		all += n
		fmt.Fprintf(&parts, "\n%8d %s", n, found[1])
	}
	if parts.Len() == 0 {
		t.Fatal("index.html asks for nothing")
	}
	if all > mostShell {
		t.Errorf("the shell has %d bytes, want at most %d:%s", all, mostShell, parts.String())
	}
}

func compressed(t *testing.T, data []byte) int {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Len()
}
