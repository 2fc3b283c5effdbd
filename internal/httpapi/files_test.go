package httpapi_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"godocker"
	"godocker/api"
	"godocker/internal/httpapi"
)

// file writes a file into a task's folder.
func (s *site) file(t godocker.Task, name, text string) string {
	s.Helper()
	path := filepath.Join(s.dirs.Path(&t), name)
	s.must(os.MkdirAll(filepath.Dir(path), 0o755))
	s.must(os.WriteFile(path, []byte(text), 0o644))
	return path
}

// raw asks for a file by a path that is sent as it is.
func (s *site) raw(t godocker.Task, path string, head ...string) answer {
	s.Helper()
	req := s.request("GET", "", "ann", nil)
	req.URL.Opaque = "//" + req.URL.Host + "/api/1.0/task/" + itoa(t.ID) + "/files/" + path
	for i := 0; i+1 < len(head); i += 2 {
		req.Header.Set(head[i], head[i+1])
	}
	return s.do(req)
}

func TestFoldersAndFilesDifferInType(t *testing.T) {
	s := newSite(t)
	task := s.submit("ann")
	s.file(task, "out/a b#c?.txt", "hello")
	s.file(task, "page.html", "<script>alert(1)</script>")
	s.file(task, "data.json", `{"a":1}`)
	s.must(os.Symlink("/etc", filepath.Join(s.dirs.Path(&task), "link")))

	var files []api.File
	s.read(s.raw(task, ""), &files)
	var names []string
	for _, f := range files {
		names = append(names, f.Type+":"+f.Name)
	}
	if got := strings.Join(names, " "); got != "file:cmd.sh file:data.json file:god.env dir:out file:page.html" {
		t.Errorf("the folder has %s", got)
	}
	for _, dir := range []string{"out", "out/", "./out", "out//"} {
		if s.read(s.raw(task, dir), &files); len(files) != 1 || files[0].Name != "a b#c?.txt" || files[0].Size != 5 || files[0].Type != "file" {
			t.Errorf("%s has %+v", dir, files)
		}
	}
	for name, want := range map[string]string{"page.html": "<script>alert(1)</script>", "data.json": `{"a":1}`, "out/a%20b%23c%3f.txt": "hello", "out%2Fa%20b%23c%3F.txt": "hello"} {
		a := s.raw(task, name)
		if a.StatusCode != http.StatusOK || a.text != want || a.Header.Get("Content-Type") != "application/octet-stream" || a.Header.Get("Content-Security-Policy") != "sandbox" {
			t.Errorf("%s: %s %v %q", name, a.Status, a.Header, a.text)
		}
	}
}

func TestNamesThatAreNotUTF8(t *testing.T) {
	s := newSite(t)
	task := s.submit("ann")
	s.file(task, "caf\xe9/na\xefve 1.txt", "hello")
	var files []api.File
	s.read(s.raw(task, "caf%E9"), &files)
	if len(files) != 1 || files[0].Raw != "na%EFve%201.txt" {
		t.Fatalf("the folder has %+v", files)
	}
	if a := s.raw(task, "caf%E9/"+files[0].Raw); a.text != "hello" {
		t.Errorf("%s %q", a.Status, a.text)
	}
}

func TestFilesNeverLeaveTheFolder(t *testing.T) {
	s := newSite(t)
	other, task := s.submit("bob"), s.submit("ann")
	secret := s.file(other, "secret", "bob's")
	dir := s.dirs.Path(&task)
	link := func(to, name string) { s.must(os.Symlink(to, filepath.Join(dir, name))) }
	link(secret, "absolute")
	link("../../"+itoa(other.ID)+"/task/secret", "relative")
	link("/", "root")
	link("..", "up")
	link("loop", "loop")
	link("cmd.sh", "inside")
	s.must(os.Link(secret, filepath.Join(dir, "hard"))) // what the owner's rights allow is theirs to show
	s.must(syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o666))
	upToBob := "../../" + itoa(other.ID) + "/task/secret"
	for _, path := range []string{
		upToBob, "../../../../../../../../etc/passwd", "..", "../", "a/../../x", "%2e%2e/%2e%2e/x", "..%2f..%2fetc%2fpasswd", "%2e%2e%2f" + itoa(other.ID),
		"/etc/passwd", "//etc/passwd", "%2fetc%2fpasswd", "%252e%252e/x", "..%00/x", "cmd.sh%00", "%00", `..\..\x`, "cmd.sh/x", "cmd.sh/",
		"absolute", "relative", "root/etc/passwd", "root", "up", "up/up/" + itoa(other.ID) + "/task/secret", "loop", "pipe", "nothing", strings.Repeat("a/", 3000), strings.Repeat("n", 300),
	} {
		a := s.raw(task, path)
		if strings.Contains(a.text, "root:") || strings.Contains(a.text, "bob's") {
			t.Errorf("%s got out: %s", path, a.text)
		}
		if a.StatusCode != http.StatusNotFound {
			t.Errorf("%.60s: %s %s", path, a.Status, a.text)
			continue
		}
		s.problem(a, 404)
	}
	if a := s.raw(task, "inside"); a.StatusCode != http.StatusOK || a.text != "true" {
		t.Errorf("a link inside the folder: %s %s", a.Status, a.text)
	}
}

func TestRanges(t *testing.T) {
	s := newSite(t)
	task := s.submit("ann")
	s.file(task, "f", "0123456789")
	for rng, want := range map[string]string{"bytes=2-4": "234", "bytes=7-": "789", "bytes=-2": "89", "bytes=0-0": "0", "bytes=8-99": "89"} {
		a := s.raw(task, "f", "Range", rng)
		if a.StatusCode != http.StatusPartialContent || a.text != want || a.Header.Get("Content-Type") != "application/octet-stream" || a.Header.Get("Content-Range") == "" {
			t.Errorf("%s: %s %v %q", rng, a.Status, a.Header, a.text)
		}
	}
	for _, rng := range []string{"bytes=20-30", "bytes=5-2", "bytes=a-b"} {
		s.problem(s.raw(task, "f", "Range", rng), 416)
	}
	if a := s.raw(task, "f"); a.Header.Get("Accept-Ranges") != "bytes" || a.ContentLength != 10 {
		t.Errorf("a whole file: %v", a.Header)
	}
}

func TestMaxFileDownload(t *testing.T) {
	s := newSite(t, func(srv *httpapi.Server) { srv.MaxDownload = 10 })
	task := s.submit("ann")
	s.file(task, "small", "0123456789")
	s.file(task, "large", "0123456789a")
	if a := s.raw(task, "small"); a.StatusCode != http.StatusOK {
		t.Errorf("a file of exactly the limit: %s", a.Status)
	}
	for _, head := range [][]string{nil, {"Range", "bytes=0-1"}} {
		if doc := s.problem(s.raw(task, "large", head...), 413); !strings.Contains(doc.Detail, "large has 11 bytes") {
			t.Errorf("%+v", doc)
		}
	}
	var files []api.File
	s.read(s.raw(task, ""), &files) // folders have no limit
}
