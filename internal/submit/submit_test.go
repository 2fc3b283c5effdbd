package submit_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"godocker"
	"godocker/api"
	"godocker/internal/submit"
	"godocker/store"
	"godocker/store/sqlstore"

	"github.com/google/go-cmp/cmp"
)

var now = time.Date(2026, 3, 7, 12, 0, 0, 0, time.UTC)

// people of the tests.
var (
	ann  = godocker.User{ID: "ann", UID: 1001, GID: 1002, Groups: []int{7}, Home: "/home/ann", Email: "ann@example.org", Active: true}
	bob  = godocker.User{ID: "bob", UID: 1003, GID: 1003, Active: true}
	eve  = godocker.User{ID: "eve", UID: 1004, GID: 1004}
	root = godocker.User{ID: "root1", UID: 1005, GID: 1005, Active: true, Admin: true}
)

func room(t *testing.T, change func(*submit.Rules)) (*submit.Room, store.Store) {
	t.Helper()
	s, err := sqlstore.Open(t.Context(), "sqlite::memory:", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	for _, u := range []godocker.User{ann, bob, eve, root} {
		if err := s.CreateUser(t.Context(), u); err != nil {
			t.Fatal(err)
		}
	}
	r := submit.Rules{CPU: 1, RAM: 2, MaxScript: 1000, AnyImage: true, KnownExecutors: []string{"docker"},
		Images: []api.Image{{Name: "stable", URL: "debian:12", Default: true}}}
	if change != nil {
		change(&r)
	}
	return submit.New(s, r), s
}

func doc() api.Task { return api.Task{Command: api.Command{Cmd: "true"}} }

func submitted(t *testing.T, r *submit.Room, s store.Store, by godocker.User, d api.Task) godocker.Task {
	t.Helper()
	id, err := r.Submit(t.Context(), by, d, now)
	if err != nil {
		t.Fatal(err)
	}
	task, err := s.Task(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return task
}

func TestWhatIsKeptOfATask(t *testing.T) {
	r, s := room(t, nil)
	d := doc()
	d.Meta = api.Meta{Name: "n", Description: "d", Tags: []string{" a ", "", "b"}}
	d.User.UID = 0 // people do not say which uid they are
	d.Status.Primary = "over"
	got := submitted(t, r, s, ann, d)
	if diff := cmp.Diff(got.User, godocker.Owner{ID: "ann", UID: 1001, GID: 1002, Groups: []int{7}, Home: "/home/ann", Email: "ann@example.org", Project: "default"}); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(got.Meta, godocker.Meta{Name: "n", Description: "d", Tags: []string{"a", "b"}}); diff != "" {
		t.Error(diff)
	}
	if got.State != godocker.Pending || !got.Submitted.Equal(now) || got.Container.Image != "debian:12" || !got.Container.Network || got.Requirements.CPU != 1 || got.Requirements.RAM != 2 {
		t.Errorf("the task is %+v", got)
	}
	d.Date = api.Epoch{Time: now.Add(-time.Hour)}
	d.Container.Image = "stable"
	off := false
	d.Container.Network = &off
	if got := submitted(t, r, s, ann, d); !got.Submitted.Equal(d.Date.Time) || got.Container.Image != "debian:12" || got.Container.Network {
		t.Errorf("the task is %+v", got)
	}
}

func fieldsOf(err error) string {
	var e *godocker.Error
	if !errors.As(err, &e) {
		return ""
	}
	var names []string
	for _, f := range e.Fields {
		names = append(names, f.Field)
	}
	return strings.Join(names, " ")
}

func TestSubmittingForAnother(t *testing.T) {
	r, s := room(t, nil)
	d := doc()
	for _, c := range []struct {
		by          godocker.User
		user, owner string
		field       string
	}{
		{ann, "", "ann", ""}, {ann, "bob", "ann", ""}, {root, "bob", "bob", ""}, {root, "", "root1", ""},
		{root, "nobody", "", "user.id"}, {root, "eve", "", "user.id"}, // unknown, disabled
	} {
		d.User.ID = c.user
		id, err := r.Submit(t.Context(), c.by, d, now)
		if fieldsOf(err) != c.field || err == nil && c.field != "" {
			t.Errorf("%s for %q: %v", c.by.ID, c.user, err)
			continue
		}
		if err != nil {
			continue
		}
		if got, _ := s.Task(t.Context(), id); got.User.ID != c.owner {
			t.Errorf("%s for %q: it is %s's", c.by.ID, c.user, got.User.ID)
		}
	}
}

func TestImages(t *testing.T) {
	r, _ := room(t, nil)
	for image, ok := range map[string]bool{
		"alpine": true, "alpine:3.20": true, "registry.example.org:5000/lab/tool:1.2": true, "a@sha256:" + strings.Repeat("0", 64): true,
		"--privileged": false, "a b": false, "a\nb": false, "a;b": false, "$(id)": false, "../x": false, strings.Repeat("a", 300): false, "ä": false,
	} {
		d := doc()
		d.Container.Image = image
		_, err := r.Submit(t.Context(), ann, d, now)
		if ok != (err == nil) || !ok && fieldsOf(err) != "container.image" {
			t.Errorf("%.40q: %v", image, err)
		}
	}
	none, _ := room(t, func(r *submit.Rules) { r.Images = []api.Image{{URL: "x:1"}} })
	if _, err := none.Submit(t.Context(), ann, doc(), now); fieldsOf(err) != "container.image" || !strings.Contains(err.Error(), "no default image; want one of: x:1") {
		t.Errorf("without a default image: %v", err)
	}
}

func TestLargestNode(t *testing.T) {
	r, _ := room(t, func(r *submit.Rules) {
		r.Largest = func(context.Context) (float64, float64) { return 4, 7.638 }
	})
	for _, c := range []struct {
		cpu, ram float64
		words    string
	}{{4, 7.638, ""}, {4.1, 1, "want at most 4 cpus"}, {1, 8, "want at most 7.63 GB of memory"}, {0.001, 1, "want at least 0.01 cpus"}} {
		d := doc()
		d.Requirements.CPU, d.Requirements.RAM = api.Num(c.cpu), api.Num(c.ram)
		_, err := r.Submit(t.Context(), ann, d, now)
		if (c.words == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.words) {
			t.Errorf("%g cpus and %g GB: %v", c.cpu, c.ram, err)
		}
	}
}

func TestProjects(t *testing.T) {
	r, s := room(t, nil)
	if err := s.CreateProject(t.Context(), godocker.Project{ID: "lab", Members: []string{"ann"}}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		by      godocker.User
		project string
		ok      bool
	}{{ann, "", true}, {ann, "default", true}, {ann, "lab", true}, {ann, " lab ", true}, {bob, "lab", false}, {root, "lab", true}, {root, "none", false}} {
		d := doc()
		d.User.Project = c.project
		_, err := r.Submit(t.Context(), c.by, d, now)
		if c.ok != (err == nil) || !c.ok && fieldsOf(err) != "user.project" {
			t.Errorf("%s in %q: %v", c.by.ID, c.project, err)
		}
	}
}

func TestVolumes(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "ann"), 0o755); err != nil {
		t.Fatal(err)
	}
	r, s := room(t, func(r *submit.Rules) {
		r.Volumes = []godocker.Volume{
			{Name: "home", ACL: godocker.ReadWrite}, {Name: "own", ACL: godocker.ReadWrite, Path: dir + "/$USERID", Mount: "/own/$USERID"},
			{Name: "data", Path: dir}, {Name: "gone", Path: dir + "/gone"},
		}
	})
	rw := func(names ...string) (vs []api.Volume) {
		for _, n := range names {
			vs = append(vs, api.Volume{Name: n, ACL: "rw", Path: "/etc", Mount: "/etc"}) // where is the site's to say
		}
		return vs
	}
	d := doc()
	d.Container.Volumes = append(rw("own", "home", "", "go-docker", "god-ftp", "own", " data "), api.Volume{Name: "home"})
	got := submitted(t, r, s, ann, d)
	want := []godocker.Volume{
		{Name: "own", ACL: "rw", Path: dir + "/ann", Mount: "/own/ann"},
		{Name: "home", ACL: "rw", Path: "/home/ann", Mount: "/mnt/home"},
		{Name: "data", ACL: "ro", Path: dir, Mount: dir},
	}
	if diff := cmp.Diff(got.Container.Volumes, want); diff != "" {
		t.Error(diff)
	}
	d.Container.Volumes = []api.Volume{{Name: "own"}}
	if got := submitted(t, r, s, ann, d); got.Container.Volumes[0].ACL != godocker.ReadOnly {
		t.Errorf("without an acl: %+v", got.Container.Volumes)
	}
	d.Container.Volumes = rw("home")
	if _, err := r.Submit(t.Context(), bob, d, now); fieldsOf(err) != "container.volumes" {
		t.Errorf("somebody without a home: %v", err)
	}
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	checked, _ := room(t, func(r *submit.Rules) {
		r.CheckVolumes, r.Volumes = true, []godocker.Volume{{Name: "gone", Path: dir + "/gone"}}
	})
	twins, _ := room(t, func(r *submit.Rules) {
		r.Volumes = []godocker.Volume{{Name: "one", Path: "/a"}, {Name: "two", Path: "/b", Mount: "/a"}, {Name: "bad", Path: "data"}}
	})
	d.Container.Volumes = rw("one", "two", "bad")
	if _, err := twins.Submit(t.Context(), ann, d, now); fieldsOf(err) != "container.volumes container.volumes" || !strings.Contains(err.Error(), `volumes "one" and "two" have the same mount point, /a`) {
		t.Errorf("two volumes at one place: %v", err)
	}
	d.Container.Volumes = rw("gone", "none")
	if _, err := checked.Submit(t.Context(), ann, d, now); fieldsOf(err) != "container.volumes container.volumes" || !strings.Contains(err.Error(), dir+"/gone") {
		t.Errorf("volumes that are not there: %v", err)
	}
}

// Submissions at the same time do not see the volumes of each other's projects.
func TestVolumesOfProjectsStayApart(t *testing.T) {
	r, s := room(t, func(r *submit.Rules) {
		r.Volumes = append(make([]godocker.Volume, 0, 8), godocker.Volume{Name: "site", Path: "/site"})
	})
	for _, id := range []string{"one", "two"} {
		p := godocker.Project{ID: id, Members: []string{"ann"}, Volumes: []godocker.Volume{{Name: "data", ACL: godocker.ReadWrite, Path: "/data/" + id}}}
		if err := s.CreateProject(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	var wg sync.WaitGroup
	for i := range 40 {
		project := []string{"one", "two"}[i%2]
		wg.Go(func() {
			d := doc()
			d.User.Project, d.Container.Volumes = project, []api.Volume{{Name: "data"}}
			id, err := r.Submit(t.Context(), ann, d, now)
			if err != nil {
				t.Error(err)
				return
			}
			task, err := s.Task(t.Context(), id)
			if err != nil || task.Container.Volumes[0].Path != "/data/"+project {
				t.Errorf("in project %s: %+v, %v", project, task.Container.Volumes, err)
			}
		})
	}
	wg.Wait()
}
