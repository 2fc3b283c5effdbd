package submit

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"godocker"
	"godocker/internal/volume"
)

// Names of volumes that mean something of their own.
const (
	homeVolume = "home"
	taskVolume = "go-docker" // the task folder; always there
	ftpVolume  = "god-ftp"
)

// volumes resolves the names of volumes. Only name and access are taken from the
// document; where a volume lies is the site's to say.
func (c *check) volumes(owner godocker.User) {
	seen := map[string]bool{"": true, taskVolume: true, ftpVolume: true}
	var vs []godocker.Volume
	for _, asked := range c.doc.Container.Volumes {
		name := strings.TrimSpace(asked.Name)
		if seen[name] {
			continue
		}
		seen[name] = true
		v, err := c.volume(name, owner)
		if err != nil {
			c.bad(volumesField, "%s", err)
			continue
		}
		switch acl := godocker.Access(asked.ACL); {
		case acl != "" && acl != godocker.ReadOnly && acl != godocker.ReadWrite:
			c.bad(volumesField, "volume %q: want ro or rw, got %q", name, asked.ACL)
		case acl != godocker.ReadWrite, v.ACL != godocker.ReadWrite, c.task.Container.Root: // a task as root writes to none
			v.ACL = godocker.ReadOnly
		}
		vs = append(vs, v)
	}
	c.task.Container.Volumes = c.place(vs, owner)
}

const volumesField = "container.volumes"

// place checks that the volumes can be mounted together, and leaves out those that
// cannot. With CheckVolumes it looks at their folders as the owner sees them; they
// are looked at again when the task starts.
func (c *check) place(vs []godocker.Volume, owner godocker.User) []godocker.Volume {
	var good []godocker.Volume
	at := map[string]string{}
	for _, v := range vs {
		if other, taken := at[v.Mount]; taken {
			c.bad(volumesField, "volumes %q and %q have the same mount point, %s", other, v.Name, v.Mount)
			continue
		}
		at[v.Mount] = v.Name
		if c.rules.CheckVolumes && !c.placed([]godocker.Volume{v}, owner) {
			continue
		}
		good = append(good, v)
	}
	if c.rules.CheckVolumes && len(good) == len(vs) {
		c.placed(good, owner)
	}
	return good
}

// placed reports whether the owner may have the volumes. A trouble that may pass is
// none of the submission's.
func (c *check) placed(vs []godocker.Volume, owner godocker.User) bool {
	_, err := volume.Place(vs, asOwner(owner))
	no, refused := errors.AsType[*volume.Refusal](err)
	if refused {
		c.bad(volumesField, "%s", no)
	}
	return !refused
}

func asOwner(u godocker.User) godocker.Owner {
	return godocker.Owner{ID: u.ID, UID: u.UID, GID: u.GID, Groups: u.Groups}
}

// volume finds a volume by its name: those of the site come before those of the
// project.
func (c *check) volume(name string, owner godocker.User) (godocker.Volume, error) {
	var names []string
	for _, v := range slices.Concat(c.rules.Volumes, c.inProject.Volumes) {
		names = append(names, v.Name)
		if v.Name != name {
			continue
		}
		if name == homeVolume {
			if v.Mount == "" {
				v.Mount = godocker.HomeMount
			}
			if v.Path == "" {
				v.Path = owner.Home
			}
			if v.Path == "" {
				return v, fmt.Errorf("%s has no home directory", owner.ID)
			}
		}
		v, err := v.For(owner.ID)
		if err != nil {
			err = fmt.Errorf("volume %q: %w", name, err)
		}
		return v, err
	}
	return godocker.Volume{}, fmt.Errorf("there is no volume %q; want some of: %s", name, strings.Join(names, ", "))
}
