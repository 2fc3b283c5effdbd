package volume

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"godocker"

	"golang.org/x/sys/unix"
)

var ann = godocker.Owner{ID: "ann", UID: 21001, GID: 21002, Groups: []int{21100}}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// tree makes a folder that everybody may enter, as root's and out of reach of others.
func tree(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/var/lib", "god-volume-")
	must(t, err)
	t.Cleanup(func() { must(t, os.RemoveAll(dir)) })
	must(t, os.Chmod(dir, 0o755))
	return dir
}

func folder(t *testing.T, mode os.FileMode, uid, gid int, parts ...string) string {
	t.Helper()
	dir := filepath.Join(parts...)
	must(t, os.MkdirAll(dir, 0o755))
	must(t, os.Chown(dir, uid, gid))
	must(t, os.Chmod(dir, mode))
	return dir
}

func place(path string, more ...godocker.Volume) ([]Placed, error) {
	return Place(append([]godocker.Volume{{Name: "v", Path: path, Mount: "/v"}}, more...), ann)
}

func TestWhatTheOwnerMayEnter(t *testing.T) {
	dir := tree(t)
	folder(t, 0o700, 0, 0, dir, "roots")
	folder(t, 0o755, ann.UID, ann.GID, dir, "roots", "inside")
	folder(t, 0o070, 0, 21100, dir, "groups")
	folder(t, 0o070, 0, ann.GID, dir, "own")
	folder(t, 0o077, 0, 21100, dir, "for-others-only") // the group comes first, and may
	folder(t, 0o007, 0, 21100, dir, "not-for-the-group")
	folder(t, 0o600, ann.UID, 0, dir, "no-entry")
	must(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o644))
	for name, want := range map[string]string{
		"": "", "groups": "", "own": "", "for-others-only": "",
		"roots": "may not enter", "roots/inside": "may not enter", "not-for-the-group": "may not enter", "no-entry": "may not enter",
		"gone": "does not exist", "file": "is not a folder", "file/x": "is not a folder",
	} {
		got, err := place(filepath.Join(dir, name))
		if want == "" && (err != nil || got[0].Folder.Path != filepath.Join(dir, name)) || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %+v, %v; want %q", name, got, err, want)
		}
		no, refused := errors.AsType[*Refusal](err)
		if refused != (want != "") || refused && no.Missing != (name == "gone") {
			t.Errorf("%q: %#v", name, err)
		}
	}
}

func TestLinks(t *testing.T) {
	dir := tree(t)
	secret := folder(t, 0o755, 0, 0, dir, "secret")
	home := folder(t, 0o755, ann.UID, ann.GID, dir, "ann")
	folder(t, 0o755, ann.UID, ann.GID, home, "deep")
	link := func(to string, uid int, parts ...string) {
		from := filepath.Join(parts...)
		must(t, os.Symlink(to, from))
		must(t, os.Lchown(from, uid, uid))
	}
	link("ann", 0, dir, "relative")
	link(home, 0, dir, "absolute")
	link("../"+filepath.Base(dir)+"/ann/deep", 0, dir, "winding")
	link("loop", 0, dir, "loop")
	link(secret, ann.UID, dir, "hers")      // in root's folder
	link(secret, ann.UID, home, "out")      // in her own
	link(secret, 0, home, "rename")         // root's, and she may have put it there
	link("deep", ann.UID, home, "harmless") // cannot be told from what it is in a moment
	for name, want := range map[string]string{
		"relative": home, "absolute": home, "absolute/deep": home + "/deep", "winding": home + "/deep", "ann/deep": home + "/deep",
		"loop": "", "hers": "", "ann/out": "", "ann/rename": "", "ann/harmless": "", "relative/out": "", "ann/out/..": "",
	} {
		got, err := place(dir + "/" + name)
		if want == "" {
			if no, ok := errors.AsType[*Refusal](err); !ok || no.Missing {
				t.Errorf("%s: %+v, %v; want a refusal", name, got, err)
			}
		} else if err != nil || got[0].Folder.Path != want {
			t.Errorf("%s: %+v, %v; want %s", name, got, err, want)
		}
	}
}

// In a folder like /tmp, root's folders stay what they are, and links may be anybody's.
func TestStickyFolders(t *testing.T) {
	dir := tree(t)
	folder(t, 0o777|os.ModeSticky, 0, 0, dir, "tmp")
	folder(t, 0o755, 0, 0, dir, "tmp", "roots")
	folder(t, 0o755, ann.UID, ann.GID, dir, "tmp", "anns")
	must(t, os.Symlink("roots", dir+"/tmp/link"))
	for name, sealed := range map[string]bool{"tmp": false, "tmp/roots": true, "tmp/anns": false} {
		if got, err := place(dir + "/" + name); err != nil || got[0].Sealed != sealed {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	if got, err := place(dir + "/tmp/link"); err == nil {
		t.Errorf("a link led to %+v", got)
	}
}

func TestNestedVolumes(t *testing.T) {
	dir := tree(t)
	folder(t, 0o755, 0, 0, dir, "db", "blast")
	for _, name := range []string{"ann", "open"} {
		folder(t, 0o755, 0, 0, dir, name, "sub")
	}
	folder(t, 0o755, ann.UID, ann.GID, dir, "ann")
	folder(t, 0o777, 0, 0, dir, "open")
	must(t, os.Symlink("blast", dir+"/db/link"))
	vol := func(name, path, mount string) godocker.Volume {
		return godocker.Volume{Name: name, Path: dir + "/" + path, Mount: mount}
	}
	got, err := Place([]godocker.Volume{vol("in", "ann", "/db/blast"), vol("z", "ann", "/z"), vol("out", "db", "/db")}, ann)
	if err != nil || got[0].Name != "out" || got[1].Name != "in" {
		t.Errorf("a volume in one of root's: %+v, %v", got, err)
	}
	for what, inner := range map[string]godocker.Volume{
		"in the user's folder": vol("in", "db", "/a/sub"), "in a folder for all": vol("in", "db", "/o/sub"),
		"where nothing is": vol("in", "ann", "/d/none"), "on a link": vol("in", "ann", "/d/link"), "twice at one place": vol("in", "ann", "/d"),
	} {
		_, err := Place([]godocker.Volume{inner, vol("a", "ann", "/a"), vol("o", "open", "/o"), vol("d", "db", "/d")}, ann)
		if no, ok := errors.AsType[*Refusal](err); !ok || what != "twice at one place" && no.Volume != "in" {
			t.Errorf("%s: %v, want a refusal", what, err)
		}
	}
}

// The name of a folder does not pass to the one that takes its place.
func TestIdentity(t *testing.T) {
	dir := tree(t)
	seen := map[string]bool{}
	for range 20 {
		at := folder(t, 0o755, ann.UID, ann.GID, dir, "again")
		got, err := place(at)
		must(t, err)
		same, err := Identify(unix.AT_FDCWD, at)
		must(t, err)
		if id := got[0].Identity; id != same || seen[id] {
			t.Errorf("%s is known, or at its path is %s", id, same)
		}
		seen[same] = true
		must(t, os.Remove(at))
	}
}

// The rest of the process keeps its rights.
func TestRightsComeBack(t *testing.T) {
	dir := tree(t)
	private := folder(t, 0o700, 0, 0, dir, "private")
	for range 50 {
		if _, err := place(private); err == nil {
			t.Fatal("the user may enter root's private folder")
		}
		if _, err := os.ReadDir(private); err != nil {
			t.Fatal(err)
		}
	}
}
