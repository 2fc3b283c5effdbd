package dispatch

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"godocker"
	"godocker/executor"
	"godocker/internal/runner/spec"
	"godocker/internal/volume"
)

const uploadVolume = "god-ftp"

// mount adds a task's volumes to its assignment. They are looked at anew, as the
// owner may have changed their folders since the submission, and where the engine is
// on this machine the runner is told what it must find mounted.
func (r *Room) mount(a *executor.Assignment, s *spec.Spec, t *godocker.Task) error {
	if !r.CheckVolumes {
		for _, v := range byMount(t.Container.Volumes) {
			a.Mounts = append(a.Mounts, executor.Mount{Source: v.Path, Target: v.Mount, ReadOnly: readOnly(t, v)})
		}
		return nil
	}
	vs := t.Container.Volumes
	up, err := r.uploads(t.User)
	if err != nil {
		return err
	}
	placed, err := volume.Place(append(slices.Clip(vs), up...), t.User)
	if err != nil {
		return cannotMount(err)
	}
	for _, p := range placed {
		a.Mounts = append(a.Mounts, executor.Mount{Source: p.Folder.Path, Target: p.Mount, ReadOnly: readOnly(t, p.Volume)})
		if p.Name == uploadVolume {
			a.Env["GODOCKER_DATA"] = p.Mount
		}
		if e := r.Executors[t.Executor]; e != nil && e.Capabilities().Local {
			s.Mounts = append(s.Mounts, spec.Mount{Target: p.Mount, Identity: p.Identity})
		}
	}
	return nil
}

// uploads is the volume of what the owner uploaded, if there is such a folder and the
// owner may look into it. Nobody asked for it, so without it the task starts as well.
func (r *Room) uploads(owner godocker.Owner) ([]godocker.Volume, error) {
	if r.Uploads == "" || strings.ContainsRune(owner.ID, '/') || owner.ID == "." || owner.ID == ".." {
		return nil, nil
	}
	vs := []godocker.Volume{{Name: uploadVolume, ACL: godocker.ReadOnly, Path: filepath.Join(r.Uploads, owner.ID), Mount: godocker.UploadMount}}
	if _, err := os.Lstat(vs[0].Path); errors.Is(err, fs.ErrNotExist) {
		return nil, nil // most people upload nothing, and to look as the owner takes a thread
	}
	_, err := volume.Place(vs, owner)
	if _, no := errors.AsType[*volume.Refusal](err); no {
		return nil, nil
	}
	return vs, err
}

// readOnly: a task as root may write to no volume, as it would do so with root's
// rights.
func readOnly(t *godocker.Task, v godocker.Volume) bool {
	return v.ACL != godocker.ReadWrite || t.Container.Root
}

func byMount(vs []godocker.Volume) []godocker.Volume {
	return slices.SortedFunc(slices.Values(vs), func(a, b godocker.Volume) int { return strings.Compare(a.Mount, b.Mount) })
}

// cannotMount turns a refusal into the executor's words for it: the task never
// starts. Other troubles may pass.
func cannotMount(err error) error {
	if no, ok := errors.AsType[*volume.Refusal](err); ok {
		return fmt.Errorf("%w: %w", executor.ErrCannotStart, no)
	}
	return err
}
