package config

import (
	"fmt"
	"path"
	"slices"

	"godocker"
)

// reserved are names that clients use for what every task has.
var reserved = []string{"go-docker", "god-ftp"}

// checkVolumes reports volumes that no task could have, and those that would take the
// place of something else.
func (c *Config) checkVolumes(bad func(key, format string, args ...any)) {
	names, mounts := map[string]bool{}, map[string]string{}
	for i, v := range c.Volumes {
		key := fmt.Sprintf("volumes[%d]", i)
		switch {
		case v.Name == "":
			bad(key+".name", "is missing")
		case slices.Contains(reserved, v.Name):
			bad(key+".name", "%q is reserved", v.Name)
		case names[v.Name]:
			bad(key+".name", "there is another volume %q", v.Name)
		}
		names[v.Name] = true
		if v.ACL != "" && v.ACL != string(godocker.ReadOnly) && v.ACL != string(godocker.ReadWrite) {
			bad(key+".acl", "want ro or rw, got %q", v.ACL)
		}
		at := mountOf(v)
		if at == "" || !path.IsAbs(at) && v.Mount == "" {
			continue // a warning has said that it has no path
		}
		if err := godocker.CheckMount(at); err != nil {
			bad(key+".mount", "%s", err)
			continue
		}
		if other, twice := mounts[at]; twice {
			bad(key+".mount", "volume %q has the same mount point, %s", other, at)
		}
		mounts[at] = v.Name
	}
}

// mountOf is where a volume is seen.
func mountOf(v Volume) string {
	switch {
	case v.Mount != "":
		return path.Clean(v.Mount)
	case v.Name == "home":
		return godocker.HomeMount
	case v.Path != "":
		return path.Clean(v.Path)
	}
	return ""
}
