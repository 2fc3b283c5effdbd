package web_test

import (
	"io/fs"
	"strings"
	"testing"

	"godocker/web"
)

// TestFiles holds for a page that is built and for one that is not: the folder is
// there, and a built page asks for nothing inline that its Content-Security-Policy
// forbids.
func TestFiles(t *testing.T) {
	files := web.Files()
	if _, err := fs.Stat(files, "."); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"index.html", "docs/index.html"} {
		page, err := fs.ReadFile(files, name)
		if err != nil {
			t.Skip("the page is not built: run npm run build in web/")
		}
		for _, tag := range strings.Split(string(page), "<script")[1:] {
			if head, _, _ := strings.Cut(tag, ">"); !strings.Contains(head, "src=") {
				t.Errorf("%s has an inline script", name)
			}
		}
	}
}
