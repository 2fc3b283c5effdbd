// Package volume finds the folders that tasks mount. It looks at them with the
// rights of the task's owner, who may have put anything in place of a folder, and
// it names what it found so that the runner can tell whether the engine mounted
// just that: between the look and the mount, the owner may change it again.
//
// A symbolic link is followed only where nobody but root can have made it. So a path
// that an administrator names leads to where administrators want, and no further.
package volume

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"godocker"

	"golang.org/x/sys/unix"
)

// A Folder is a folder as it was found.
type Folder struct {
	Path     string // free of links
	Identity string // tells it from every other folder of this machine; see Identify
	Sealed   bool   // nobody but root can change what the path leads to, nor what the folder holds
}

// A Refusal is why a volume cannot be mounted, for its owner to read. Other errors
// are troubles that may pass.
type Refusal struct {
	Volume, Why string
	Missing     bool // the folder does not exist
}

func (r *Refusal) Error() string { return fmt.Sprintf("volume %q: %s", r.Volume, r.Why) }

// A Placed is a volume and the folder that it stands for.
type Placed struct {
	godocker.Volume
	Folder
}

// Place finds the folders of a task's volumes as its owner sees them, in the order in
// which they are to be mounted: what lies around another comes before it.
func Place(vs []godocker.Volume, as godocker.Owner) ([]Placed, error) {
	if len(vs) == 0 {
		return nil, nil
	}
	placed := make([]Placed, len(vs))
	err := become(as, func() error {
		for i, v := range vs {
			f, err := find(v.Path)
			if err != nil {
				return explain(v, as, err)
			}
			placed[i] = Placed{v, f}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(placed, func(a, b Placed) int { return strings.Compare(a.Mount, b.Mount) })
	for i := range placed {
		for j := range placed[:i] {
			if err := nested(placed[j], placed[i]); err != nil {
				return nil, err
			}
		}
	}
	return placed, nil
}

// nested checks a volume that is mounted inside another. Its mount point lies in the
// other's folder: if it were not there the engine would make it, as root, and if
// somebody could put a link in its place the engine would mount the volume anywhere.
func nested(outer, inner Placed) error {
	if inner.Mount == outer.Mount {
		return &Refusal{Volume: inner.Name, Why: fmt.Sprintf("it has the same mount point as volume %q, %s", outer.Name, inner.Mount)}
	}
	if !godocker.Within(inner.Mount, outer.Mount) {
		return nil
	}
	point := path.Join(outer.Folder.Path, strings.TrimPrefix(inner.Mount, outer.Mount))
	holder, err := find(path.Dir(point))
	if err == nil && (!holder.Sealed || holder.Path != path.Dir(point)) {
		return &Refusal{Volume: inner.Name, Why: fmt.Sprintf("it would be mounted on %s inside volume %q, and others than root can change that place", inner.Mount, outer.Name)}
	}
	var there Folder
	if err == nil {
		there, err = find(point)
	}
	if err != nil || there.Path != point {
		return &Refusal{Volume: inner.Name, Why: fmt.Sprintf("it would be mounted on %s inside volume %q, which has no such folder", inner.Mount, outer.Name)}
	}
	return nil
}

var errLink = errors.New("a link")

func explain(v godocker.Volume, as godocker.Owner, err error) error {
	switch {
	case errors.Is(err, unix.ENOENT):
		return &Refusal{Volume: v.Name, Why: "the folder does not exist: " + v.Path, Missing: true}
	case errors.Is(err, unix.ENOTDIR):
		return &Refusal{Volume: v.Name, Why: "is not a folder: " + v.Path}
	case errors.Is(err, unix.EACCES):
		return &Refusal{Volume: v.Name, Why: as.ID + " may not enter the folder " + v.Path}
	case errors.Is(err, errLink):
		return &Refusal{Volume: v.Name, Why: "a symbolic link on the way to it is not root's: " + v.Path}
	case errors.Is(err, unix.ELOOP), errors.Is(err, unix.ENAMETOOLONG), errors.Is(err, unix.EINVAL):
		return &Refusal{Volume: v.Name, Why: fmt.Sprintf("the folder cannot be found: %s: %v", v.Path, err)}
	}
	return fmt.Errorf("volume %q: %s: %w", v.Name, v.Path, err)
}

// Identify names what is at a path, or at an open descriptor if the path is "". The
// name is the same for all processes of a machine, those in containers included, and
// is not given again to another folder.
func Identify(fd int, at string) (string, error) {
	flags := 0
	if at == "" {
		flags = unix.AT_EMPTY_PATH
	}
	var st unix.Statx_t
	if err := unix.Statx(fd, at, flags, unix.STATX_INO|unix.STATX_BTIME, &st); err != nil {
		return "", err
	}
	born := st.Btime
	if st.Mask&unix.STATX_BTIME == 0 {
		born = unix.StatxTimestamp{}
	}
	return fmt.Sprintf("%d.%d.%d.%d.%d", st.Dev_major, st.Dev_minor, st.Ino, born.Sec, born.Nsec), nil
}
