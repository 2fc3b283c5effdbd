package godocker

import (
	"fmt"
	"path"
	"strings"
)

// Where things that every task may have are seen in its container.
const (
	HomeMount   = "/mnt/home"     // the volume home
	UploadMount = "/mnt/god-data" // what the owner uploaded by FTP, read-only
)

// taken are the places in a container that are the system's: nothing may be mounted
// on them, in them, or around them, where it would hide them.
var taken = []string{"/.godrun", "/mnt/go-docker", UploadMount, "/tmp-data", "/proc", "/sys", "/dev"}

// CheckMount says what is wrong with a place to mount a volume on, or returns nil.
func CheckMount(at string) error {
	if !path.IsAbs(at) || strings.ContainsFunc(at, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return fmt.Errorf("%q is not an absolute path", at)
	}
	if path.Clean(at) != at {
		return fmt.Errorf("%q is not written in the shortest way; want %q", at, path.Clean(at))
	}
	for _, t := range taken {
		if Within(t, at) || Within(at, t) {
			return fmt.Errorf("%q would hide or change %s, which is the system's", at, t)
		}
	}
	return nil
}

// Within reports whether a clean absolute path is another one or lies below it.
func Within(inner, outer string) bool {
	return inner == outer || strings.HasPrefix(inner, strings.TrimSuffix(outer, "/")+"/")
}

// For returns the volume as a user has it: $USERID stands for the user's id, and a
// volume without a mount point is seen under its own path.
func (v Volume) For(user string) (Volume, error) {
	if user == "" || user == "." || user == ".." || strings.ContainsAny(user, "/\x00") {
		return v, fmt.Errorf("the id %q cannot be part of a path", user)
	}
	v.Path = strings.ReplaceAll(v.Path, "$USERID", user)
	if v.Mount = strings.ReplaceAll(v.Mount, "$USERID", user); v.Mount == "" {
		v.Mount = v.Path
	}
	if !path.IsAbs(v.Path) {
		return v, fmt.Errorf("its configuration names no absolute path, but %q", v.Path)
	}
	v.Path, v.Mount = path.Clean(v.Path), path.Clean(v.Mount)
	if err := CheckMount(v.Mount); err != nil {
		return v, fmt.Errorf("it cannot be mounted: %w", err)
	}
	return v, nil
}
