package kubernetes

import (
	"fmt"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"godocker/executor"
	"godocker/internal/runner/spec"
)

// volumes are the attempt's mounts: of claims where they are in one, or else of the node.
func (e *Engine) volumes(a executor.Assignment) ([]core.Volume, []core.VolumeMount, error) {
	var vs []core.Volume
	var ms []core.VolumeMount
	claimed := map[int]bool{}
	claims, err := e.claims(a)
	if err != nil {
		return nil, nil, err
	}
	for i, m := range a.Mounts {
		mount := core.VolumeMount{Name: "mount-" + strconv.Itoa(i), MountPath: m.Target, ReadOnly: m.ReadOnly}
		j, inside := claimOf(claims, m.Source)
		switch {
		case j < 0:
			vs = append(vs, core.Volume{Name: mount.Name, VolumeSource: core.VolumeSource{HostPath: &core.HostPathVolumeSource{Path: m.Source, Type: kindOf(m.Source)}}})
		default:
			mount.Name, mount.SubPath = "claim-"+strconv.Itoa(j), inside
			if !claimed[j] {
				claimed[j] = true
				vs = append(vs, core.Volume{Name: mount.Name, VolumeSource: core.VolumeSource{PersistentVolumeClaim: &core.PersistentVolumeClaimVolumeSource{ClaimName: claims[j].Claim}}})
			}
		}
		if m.ReadOnly {
			mount.RecursiveReadOnly = new(core.RecursiveReadOnlyIfPossible)
		}
		ms = append(ms, mount)
	}
	empty := func(name, at string, size int64, medium core.StorageMedium) {
		vs = append(vs, core.Volume{Name: name, VolumeSource: core.VolumeSource{EmptyDir: &core.EmptyDirVolumeSource{Medium: medium, SizeLimit: resource.NewQuantity(size, resource.BinarySI)}}})
		ms = append(ms, core.VolumeMount{Name: name, MountPath: at})
	}
	if a.Tmp > 0 {
		empty(tmpVolume, spec.Tmp, a.Tmp, core.StorageMediumDefault)
	}
	if a.Shm > 0 {
		empty("shm", "/dev/shm", a.Shm, core.StorageMediumMemory)
	}
	if s := a.Secret; s != nil {
		if !path.IsAbs(s.Path) {
			return nil, nil, fmt.Errorf("%w: the path of a secret is %q", executor.ErrCannotStart, s.Path)
		}
		vs = append(vs, core.Volume{Name: "secret", VolumeSource: core.VolumeSource{Secret: &core.SecretVolumeSource{SecretName: sessionSecret(a), DefaultMode: new(int32(0o400))}}})
		ms = append(ms, core.VolumeMount{Name: "secret", MountPath: s.Path, SubPath: secretKey, ReadOnly: true})
	}
	return vs, ms, nil
}

// userID stands for the task's user in claims.
const userID = "$USERID"

// claims are those of the configuration, for the attempt's user.
func (e *Engine) claims(a executor.Assignment) ([]Claim, error) {
	user := a.Labels["godocker.user"]
	out := slices.Clone(e.cfg.Claims)
	for i := range out {
		c := &out[i]
		if !strings.Contains(c.Path+c.Claim+c.SubPath, userID) {
			continue
		}
		if path.Base(user) != user || strings.Trim(user, ".") == "" {
			return nil, fmt.Errorf("%w: there is no claim for the user %q", executor.ErrCannotStart, user)
		}
		for _, text := range []*string{&c.Path, &c.Claim, &c.SubPath} {
			*text = strings.ReplaceAll(*text, userID, user)
		}
	}
	return out, nil
}

// claimOf is the number of the claim that a path is in, the innermost first, and where;
// -1 = in none.
func claimOf(claims []Claim, source string) (best int, inside string) {
	best = -1
	for i, c := range claims {
		rel, ok := within(source, c.Path)
		if ok && (best < 0 || len(c.Path) > len(claims[best].Path)) {
			best, inside = i, path.Join(c.SubPath, rel)
		}
	}
	if inside == "." {
		inside = ""
	}
	return best, inside
}

// kindOf is what a path of the node must be, as container engines make folders where
// nothing is: a folder, unless this server sees that it is a file.
func kindOf(source string) *core.HostPathType {
	if info, err := os.Stat(source); err == nil && !info.IsDir() {
		return new(core.HostPathFile)
	}
	return new(core.HostPathDirectory)
}
