package submit

import (
	"os"
	"slices"
	"strings"

	"godocker"
)

// Names of volumes that mean something of their own.
const (
	homeVolume = "home"
	homeMount  = "/mnt/home"
	taskVolume = "go-docker" // the task folder; always there
	ftpVolume  = "god-ftp"
)

// volumes resolves the names of volumes. Only name and access are taken from the
// document; where a volume lies is the site's to say.
func (c *check) volumes(owner godocker.User) {
	seen := map[string]bool{"": true, taskVolume: true, ftpVolume: true}
	for _, asked := range c.doc.Container.Volumes {
		name := strings.TrimSpace(asked.Name)
		if seen[name] {
			continue
		}
		seen[name] = true
		v, ok := c.volume(name, owner)
		if !ok {
			continue
		}
		if godocker.Access(asked.ACL) != godocker.ReadWrite || v.ACL != godocker.ReadWrite {
			v.ACL = godocker.ReadOnly
		}
		if c.rules.CheckVolumes && !isFolder(v.Path) {
			c.bad("container.volumes", "the folder of volume %q does not exist: %s", name, v.Path)
			continue
		}
		c.task.Container.Volumes = append(c.task.Container.Volumes, v)
	}
}

func (c *check) volume(name string, owner godocker.User) (godocker.Volume, bool) {
	var names []string
	for _, v := range slices.Concat(c.rules.Volumes, c.inProject.Volumes) {
		names = append(names, v.Name)
		if v.Name != name {
			continue
		}
		if v.Path == "" && name == homeVolume {
			break
		}
		v.Path = strings.ReplaceAll(v.Path, "$USERID", owner.ID)
		if v.Mount = strings.ReplaceAll(v.Mount, "$USERID", owner.ID); v.Mount == "" {
			v.Mount = v.Path
		}
		return v, true
	}
	if name == homeVolume && slices.Contains(names, homeVolume) {
		if owner.Home == "" {
			c.bad("container.volumes", "%s has no home directory", owner.ID)
			return godocker.Volume{}, false
		}
		return godocker.Volume{Name: homeVolume, ACL: c.homeAccess(), Path: owner.Home, Mount: homeMount}, true
	}
	c.bad("container.volumes", "there is no volume %q; want some of: %s", name, strings.Join(names, ", "))
	return godocker.Volume{}, false
}

// homeAccess is what the configuration says of the volume home.
func (c *check) homeAccess() godocker.Access {
	for _, v := range c.rules.Volumes {
		if v.Name == homeVolume {
			return v.ACL
		}
	}
	return godocker.ReadOnly
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
