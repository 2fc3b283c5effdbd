// Package jobdir keeps the folders of tasks: the script, the logs and whatever the
// task leaves behind. A folder belongs to the task's owner, who may put anything
// in it at any time, links above all; so every access goes through os.Root, which
// never leaves the folder, and opens nothing but plain files and folders.
package jobdir

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"godocker"

	"golang.org/x/sys/unix"
)

// Names of files in a task's folder.
const (
	Script = "cmd.sh"  // what the owner wants done
	Stdout = "god.log" // what the script printed
	Stderr = "god.err"
	Info   = "god.info" // start and end, in seconds since 1970, a line each
	Env    = "god.env"  // the environment that the task was given
)

// A Tree holds the folders of all tasks below one shared folder.
type Tree struct {
	tasks string
	mode  fs.FileMode
}

// New returns the tree below shared. Folders of tasks get the given permissions.
func New(shared string, mode fs.FileMode) *Tree {
	return &Tree{tasks: filepath.Join(shared, "tasks", "pairtree_root"), mode: mode}
}

// Path is the folder of a task on every node. Element folders lie in their array's.
func (t *Tree) Path(task *godocker.Task) string {
	if task.ParentID != 0 {
		value := strconv.FormatInt(task.Requirements.Array.TaskID, 10)
		return filepath.Join(t.path(task.ParentID), value)
	}
	return t.path(task.ID)
}

// path splits the id into pieces of two digits, so that no folder grows large.
func (t *Tree) path(id int64) string {
	dir, digits := t.tasks, strconv.FormatInt(id, 10)
	for len(digits) > 2 {
		dir, digits = filepath.Join(dir, digits[:2]), digits[2:]
	}
	return filepath.Join(dir, digits, "task")
}

// Create makes the folder and the script in it, as the owner's, or, for a task that
// runs as root, closed to all others until Give. It may be called
// again for the same task; files that are there already are kept, but the script
// is written anew.
func (t *Tree) Create(task *godocker.Task, env []byte) error {
	dir := t.Path(task)
	if task.ParentID != 0 {
		// The folder of an array is not its owner's to write in: a link in
		// place of an element's folder would lead the server anywhere.
		if err := makeRoom(t.path(task.ParentID), identity(task)); err != nil {
			return err
		}
		array, err := t.folder(t.path(task.ParentID), 0, task.User.GID, t.mode&^0o022)
		if err != nil {
			return err
		}
		array.Close()
	}
	if task.ParentID == 0 {
		if err := makeRoom(dir, identity(task)); err != nil {
			return err
		}
	}
	uid, gid, mode := task.User.UID, task.User.GID, t.mode
	if task.Container.Root {
		uid, gid, mode = 0, 0, closed
	}
	root, err := t.folder(dir, uid, gid, mode)
	if err != nil {
		return err
	}
	defer root.Close()
	if err := write(root, Script, []byte(task.Command.Script), uid, gid, 0o755); err != nil {
		return err
	}
	return write(root, Env, env, uid, gid, 0o644)
}

func identity(task *godocker.Task) string { return task.Identity() + "\n" }

// makeRoom moves a folder aside that is another task's. Whose a folder is stands in a
// file beside it, out of reach of tasks, which is there before the folder is: the
// elements of an array come here together, from several processes.
func makeRoom(dir, identity string) error {
	note := dir + ".id"
	if noted(note, identity) {
		return nil
	}
	asides.Lock()
	defer asides.Unlock()
	if _, err := os.Lstat(dir); err == nil {
		if noted(note, identity) {
			return nil
		}
		if err := moveAside(dir); err != nil {
			return err
		}
	}
	err := writeNote(note, identity)
	if errors.Is(err, fs.ErrNotExist) {
		if err = os.MkdirAll(filepath.Dir(dir), 0o755); err == nil {
			err = writeNote(note, identity)
		}
	}
	return err
}

// asides has folders moved aside by one at a time.
var asides sync.Mutex

func noted(note, identity string) bool {
	have, err := os.ReadFile(note)
	return err == nil && string(have) == identity
}

// writeNote puts a note in place whole, as others may be reading it.
func writeNote(note, identity string) error {
	tmp := note + "-" + rand.Text()
	if err := os.WriteFile(tmp, []byte(identity), 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, note)
}

// moveAside gives a folder a name that nothing has yet.
func moveAside(dir string) error {
	for n := 1; ; n++ {
		aside := fmt.Sprintf("%s.before-%d", dir, n)
		if _, err := os.Lstat(aside); err == nil {
			continue
		}
		return os.Rename(dir, aside)
	}
}

// mkdir makes a folder, closed to all but the server, with those above it where they
// are missing. One that is there already is left as it is.
func mkdir(dir string) error {
	err := os.Mkdir(dir, closed)
	if errors.Is(err, fs.ErrNotExist) {
		if err = os.MkdirAll(filepath.Dir(dir), 0o755); err == nil {
			err = os.Mkdir(dir, closed)
		}
	}
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

// folder makes a folder, in a folder that is not its owner's, and opens it.
func (t *Tree) folder(dir string, uid, gid int, mode fs.FileMode) (*os.Root, error) {
	if err := mkdir(dir); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	if err := own(root, uid, gid, mode); err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return root, nil
}

// own gives the folder itself to its owner through a descriptor, so that it can
// not be swapped for another on the way.
func own(root *os.Root, uid, gid int, mode fs.FileMode) error {
	d, err := root.Open(".")
	if err != nil {
		return err
	}
	defer d.Close()
	return errors.Join(d.Chown(uid, gid), d.Chmod(mode))
}

// write puts a new file in place of whatever has that name, in one step: the task
// may have been started before by a process that did not live to say so, and be
// about to read it.
func write(root *os.Root, name string, text []byte, uid, gid int, mode fs.FileMode) error {
	tmp := "." + name + "-" + rand.Text() // two processes may be at it
	f, err := root.OpenFile(tmp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err := errors.Join(err, f.Chown(uid, gid), f.Chmod(mode), f.Close()); err != nil {
		return errors.Join(err, root.Remove(tmp))
	}
	return place(root, tmp, name)
}

// Remove deletes a task's folder with all that is in it. It may be called twice.
func (t *Tree) Remove(task *godocker.Task) error {
	dir := t.Path(task)
	if err := errors.Join(os.RemoveAll(dir), os.RemoveAll(dir+".id")); err != nil {
		return err
	}
	for dir = filepath.Dir(dir); dir != t.tasks && isEmpty(dir); dir = filepath.Dir(dir) {
		_ = os.Remove(dir) // another task may have moved in since
	}
	return nil
}

func isEmpty(dir string) bool {
	entries, err := os.ReadDir(dir)
	return err == nil && len(entries) == 0
}

// Open opens a file or folder of a task for reading. name is relative to the
// task's folder, "" being that folder. Whatever does not exist, lies or leads
// outside, or is neither a file nor a folder is godocker.NotFound.
func (t *Tree) Open(task *godocker.Task, name string) (*os.File, error) {
	missing := godocker.Errorf(godocker.NotFound, "task %d has no file %q", task.ID, name)
	if name == "" {
		name = "."
	}
	root, err := os.OpenRoot(t.Path(task))
	if err != nil {
		return nil, missing
	}
	defer root.Close()
	f, err := root.OpenFile(name, os.O_RDONLY|unix.O_NONBLOCK, 0) // a named pipe must not block
	if err != nil {
		return nil, missing
	}
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() && !info.IsDir() {
		f.Close()
		return nil, missing
	}
	return f, nil
}

// An Entry is one file or folder in a task's folder.
type Entry struct {
	Name string
	Dir  bool
	Size int64 // bytes
}

// List returns what is in an open folder, by name. Links and special files are
// left out.
func List(dir *os.File) ([]Entry, error) {
	infos, err := dir.ReadDir(-1)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", dir.Name(), err)
	}
	out := make([]Entry, 0, len(infos))
	for _, e := range infos {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() && !info.IsDir() {
			continue
		}
		out = append(out, Entry{Name: e.Name(), Dir: info.IsDir(), Size: info.Size()})
	}
	slices.SortFunc(out, func(a, b Entry) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}
