package httpapi_test

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/api"
	"godocker/internal/httpapi"
)

const (
	png = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
	pdf = "%PDF-1.7\n<script>alert(1)</script>"
)

// What tasks wrote is shown only where the browser runs nothing of it.
func TestShownFiles(t *testing.T) {
	s := newSite(t)
	task := s.submit("ann")
	for name, kind := range map[string]string{
		"plot.png": "image/png", "paper.pdf": "application/pdf", "page.png": "", "page.html": "", "drawing.svg": "", "empty.png": "",
	} {
		s.file(task, name, map[string]string{"plot.png": png, "paper.pdf": pdf, "page.png": "<html><script>alert(1)</script>", "page.html": "<!DOCTYPE html>",
			"drawing.svg": `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`}[name])
		head := s.raw(task, name+"?show=true").Header
		want := []string{kind, "inline", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"}
		if kind == "" {
			want = []string{"application/octet-stream", "attachment", "sandbox"}
		}
		got := []string{head.Get("Content-Type"), head.Get("Content-Disposition"), head.Get("Content-Security-Policy")}
		if !slices.Equal(got, want) || head.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
		if head := s.raw(task, name).Header; head.Get("Content-Type") != "application/octet-stream" {
			t.Errorf("%s as it is: %s", name, head.Get("Content-Type"))
		}
	}
}

func TestPackedFolders(t *testing.T) {
	s := newSite(t, func(srv *httpapi.Server) { srv.MaxDownload = 1000 })
	task := s.submit("ann")
	s.file(task, "out/a.txt", "alpha")
	s.file(task, `out/deep/..\..\evil`, "hidden")
	s.file(task, "out/C:x\x01\xff", "odd")
	dir := s.dirs.Path(&task)
	s.must(os.Symlink("/etc/passwd", filepath.Join(dir, "out/passwd")))
	s.must(os.Symlink("/etc", filepath.Join(dir, "out/etc")))
	s.must(os.Symlink("..", filepath.Join(dir, "out/up")))
	a := s.call("GET", "/api/1.0/task/"+itoa(task.ID)+"/zip/out", "ann", "")
	if want := "attachment; filename=task-" + itoa(task.ID) + "-out.zip"; a.Header.Get("Content-Type") != "application/zip" || a.Header.Get("Content-Disposition") != want {
		t.Errorf("%v, want %s", a.Header, want)
	}
	z, err := zip.NewReader(strings.NewReader(a.text), int64(len(a.text)))
	s.must(err)
	got := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		s.must(err)
		text, err := io.ReadAll(r)
		s.must(err)
		got[f.Name] = string(text)
	}
	if want := map[string]string{"a.txt": "alpha", "deep/.._.._evil": "hidden", "C_x__": "odd"}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("packed %q, want %q", got, want)
	}
	for _, link := range []string{"out/etc", "out/passwd"} {
		s.problem(s.call("GET", "/api/1.0/task/"+itoa(task.ID)+"/zip/"+link, "ann", ""), http.StatusNotFound)
	}
	s.file(task, "out/large", strings.Repeat("x", 1000))
	s.problem(s.call("GET", "/api/1.0/task/"+itoa(task.ID)+"/zip/", "ann", ""), http.StatusRequestEntityTooLarge)
}

func TestFilesThatArePut(t *testing.T) {
	s := newSite(t)
	task := s.submit("ann")
	s.begin(task.ID)
	s.file(task, "in/old.txt", "old")
	dir := s.dirs.Path(&task)
	s.must(os.Mkdir(filepath.Join(dir, "folder"), 0o755))
	outside := t.TempDir()
	s.must(os.Symlink(outside, filepath.Join(dir, "out")))
	s.must(os.Symlink(filepath.Join(outside, "x"), filepath.Join(dir, "link")))
	put := func(name, text string) answer {
		return s.call("PUT", "/api/1.0/task/"+itoa(task.ID)+"/files/"+name, "ann", text)
	}
	var f api.File
	if s.read(put("in/old.txt", "new"), &f); f != (api.File{Name: "old.txt", Type: "file", Size: 3}) {
		t.Errorf("%+v", f)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "in/old.txt")); err != nil || string(text) != "new" {
		t.Errorf("%q, %v", text, err)
	}
	s.problem(put("out/x", "evil"), http.StatusNotFound)
	s.problem(put("link", "evil"), http.StatusConflict)
	s.problem(put("folder", "evil"), http.StatusConflict)
	s.problem(put("cmd.sh", "evil"), http.StatusConflict)
	s.problem(put("in/.bashrc", "evil"), http.StatusBadRequest)
	if left, err := os.ReadDir(outside); err != nil || len(left) > 0 {
		t.Errorf("outside there are %v, %v", left, err)
	}
}

func TestLinesOfALog(t *testing.T) {
	s := newSite(t)
	task := s.submit("ann")
	const all = 5_000_000
	var text strings.Builder
	for i := range all {
		if i%1_000_000 == 7 {
			text.WriteString("Größe FAILED")
		}
		text.WriteByte('\n')
	}
	text.WriteString("the end failed")
	s.file(task, "god.log", text.String())
	ask := func(query string) (l api.Lines) {
		s.read(s.call("GET", "/api/1.0/task/"+itoa(task.ID)+"/lines?"+query, "ann", ""), &l)
		return l
	}
	l := ask("q=Failed")
	if l.Size != int64(text.Len()) || l.Lines != all+1 || l.Every != 2000 || len(l.Offsets) != all/2000+1 {
		t.Errorf("%d bytes, %d lines, %d offsets, each %d", l.Size, l.Lines, len(l.Offsets), l.Every)
	}
	if want := []int64{7, 1_000_007, 2_000_007, 3_000_007, 4_000_007, all}; l.Found != 6 || !slices.Equal(l.Matches, want) {
		t.Errorf("found %d: %v, want %v", l.Found, l.Matches, want)
	}
	for _, i := range []int{0, 1, 2, 900} {
		if at := l.Offsets[i]; strings.Count(text.String()[:at], "\n") != 2000*i {
			t.Errorf("line %d is said to begin at %d", 2000*i, at)
		}
	}
	if l := ask("q=gr%C3%B6%C3%9Fe"); l.Found != 5 {
		t.Errorf("found %d", l.Found)
	}
	if l := ask("stream=stderr&q=x"); l.Lines != 0 || l.Offsets == nil {
		t.Errorf("of nothing: %+v", l)
	}
}

// What no index leads to is searched for window by window, and found once each.
func TestSearchInWindows(t *testing.T) {
	s := newSite(t)
	const all = 100_500
	var ids []int64
	for i := 0; i < all; i += 500 {
		ts := make([]godocker.Task, 500)
		for j := range ts {
			ts[j] = godocker.Task{User: godocker.Owner{ID: "ann", Project: godocker.DefaultProject}, Submitted: time.Unix(int64(1000+i+j), 0)}
			if (i+j)%33_000 == 5 {
				ts[j].Meta.Name, ts[j].Meta.Tags = "needle", []string{"rare"}
			}
		}
		more, err := s.store.Submit(t.Context(), ts)
		s.must(err)
		ids = append(ids, more...)
	}
	want := []int64{ids[5], ids[33_005], ids[66_005], ids[99_005]}
	for query, want := range map[string][]int64{"q=EEDL": want, "tag=rare": want, "q=needle&state=pending&limit=1": want, "since=1005&until=1006": want[:1], "q=nothing": nil} {
		for _, order := range []string{"newest", "oldest"} {
			var got []int64
			var next int64
			for pages := 0; pages == 0 || next != 0; pages++ {
				if pages > 20 {
					t.Fatalf("%s: no end", query)
				}
				var page struct {
					Tasks []api.Task
					Next  json.Number
				}
				s.read(s.call("GET", fmt.Sprintf("/api/1.0/task?fields=id&order=%s&before=%d&%s", order, next, query), "ann", ""), &page)
				for _, k := range page.Tasks {
					got = append(got, k.ID)
				}
				next, _ = page.Next.Int64()
			}
			if order == "newest" {
				slices.Reverse(got)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s, %s: %v, want %v", query, order, got, want)
			}
		}
	}
}
