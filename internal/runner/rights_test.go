package runner_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/moby/moby/api/types/mount"

	"godocker/internal/runner/spec"
)

const status = `while read -r name value; do case $name in Uid:|Gid:|Groups:|Cap*|NoNewPrivs:) echo $name $value;; esac; done`

func ids(id int) string { return strings.TrimSpace(strings.Repeat(fmt.Sprintf(" %d", id), 4)) }

func caps(inh, prm, eff, bnd, amb uint64) string {
	return fmt.Sprintf("CapInh: %016x\nCapPrm: %016x\nCapEff: %016x\nCapBnd: %016x\nCapAmb: %016x\n", inh, prm, eff, bnd, amb)
}

// given is SETUID, SETGID, SETPCAP, CHOWN, DAC_OVERRIDE and KILL.
const (
	given   = 1<<0 | 1<<1 | 1<<5 | 1<<6 | 1<<7 | 1<<8
	capKill = 1 << 5
)

func TestScriptHasNoRights(t *testing.T) {
	// The first process gives its rights up as soon as the script has begun.
	settled := `until [ "$eff" = 0000000000000020 ]; do while read -r n v; do case $n in CapEff:) eff=$v;; esac; done </proc/1/status; done; `
	script := settled + status + " </proc/self/status; " + strings.ReplaceAll(status, "Groups:|", "") + " </proc/1/status"
	for _, image := range []string{debian, busybox, static} {
		b := newBox(t, image, script)
		b.want(t, 0, "Uid: "+ids(uid)+"\nGid: "+ids(gid)+"\nGroups: 10 20\n"+caps(0, 0, 0, 0, 0)+"NoNewPrivs: 1\n"+
			"Uid: "+ids(0)+"\nGid: "+ids(0)+"\n"+caps(0, capKill, capKill, given, 0)+"NoNewPrivs: 1\n", "")
	}
}

// Also where the engine forgets to forbid it, a setuid program gives nothing.
func TestSetuidProgramGivesNothing(t *testing.T) {
	probe := filepath.Join(t.TempDir(), "probe")
	must(t, build(probe, "godocker/test/images/static"))
	must(t, os.Chmod(probe, 0o755|os.ModeSetuid))
	b := newBox(t, busybox, "/probe")
	b.host.SecurityOpt = nil
	b.host.Mounts = append(b.host.Mounts, mount.Mount{Type: mount.TypeBind, Source: probe, Target: "/probe"})
	b.want(t, 0, fmt.Sprintf("uid=%d gid=%d args=[]\n", uid, gid), "")
}

// The script gets its three streams, and nothing of what the runner has open.
func TestNoFileIsLeftOpen(t *testing.T) {
	b := newBox(t, busybox, "ls /proc/$$/fd; ls /proc/1/fd /proc/1/root/ 2>/dev/null | grep -v :; cat; true")
	// The shell reads the script through one more.
	b.want(t, 0, "0\n1\n10\n2\n", "")
}

func TestRootTask(t *testing.T) {
	b := newBox(t, debian, "id -u; echo $HOME $USER; echo x >made; "+status+" </proc/self/status")
	b.spec.Root = true
	must(t, os.Chown(b.folder, 0, 0)) // as the server leaves it until the task is over
	must(t, os.Chmod(b.folder, 0o700))
	b.want(t, 0, "0\n/root root\nUid: "+ids(0)+"\nGid: "+ids(0)+"\nGroups: 0\n"+caps(0, given, given, given, 0)+"NoNewPrivs: 1\n", "")
	var st syscall.Stat_t
	must(t, syscall.Stat(filepath.Join(b.folder, spec.Log), &st))
	if st.Uid != 0 {
		t.Errorf("god.log belongs to %d before the folder is given to the user", st.Uid)
	}
}

func TestUserHasAName(t *testing.T) {
	for _, image := range []string{debian, busybox} {
		newBox(t, image, "id -un; id -gn; echo ~godocker $HOME $USER $LOGNAME $PWD").
			want(t, 0, "godocker\ngodocker\n/mnt/go-docker /mnt/go-docker godocker godocker /mnt/go-docker\n", "")
	}
	taken := newBox(t, debian, "id -un; id -gn; id -un games; id -un root; whoami")
	taken.spec.UID, taken.spec.GID, taken.spec.Groups = 5, 60, nil // Debian's user and group games
	must(t, os.Chown(taken.folder, 5, 60))
	taken.want(t, 0, "godocker\ngodocker\ngodocker\nroot\ngodocker\n", "")
}

func TestHomeAndEnvironment(t *testing.T) {
	b := newBox(t, busybox, `echo "$HOME|$GREETING|$PATH"; eval echo ~godocker`)
	b.config.Env = []string{"GODOCKER_HOME=/mnt/home", "GREETING=a b", "HOME=/nowhere", "PATH=/bin"}
	b.want(t, 0, "/mnt/home|a b|/bin\n/mnt/home\n", "")
}

func TestReadOnlyImage(t *testing.T) {
	b := newBox(t, debian, "id -u; touch /x 2>/dev/null || echo read-only")
	b.host.ReadonlyRootfs = true
	b.want(t, 0, fmt.Sprintf("%d\nread-only\n", uid), "")
}

func TestContainerThatIsNotRoot(t *testing.T) {
	for _, image := range []string{busybox, static} {
		b := newBox(t, image, status+" </proc/self/status")
		b.config.User = fmt.Sprintf("%d:%d", uid, gid)
		b.host.CapAdd = nil
		b.want(t, 0, "Uid: "+ids(uid)+"\nGid: "+ids(gid)+fmt.Sprintf("\nGroups: %d\n", gid)+caps(0, 0, 0, 0, 0)+"NoNewPrivs: 1\n", "")
	}
}

// An engine that gives root but not the right to become another user.
func TestEngineForbidsTheUser(t *testing.T) {
	b := newBox(t, busybox, "echo ran")
	b.host.CapAdd = []string{"DAC_OVERRIDE"}
	b.want(t, spec.ExitCannotRun, "", "the engine does not let the container become user 1234")
}

// The account files of a mounted /etc belong to somebody else.
func TestMountedAccountsAreLeftAlone(t *testing.T) {
	etc := t.TempDir()
	passwd := filepath.Join(etc, "passwd")
	must(t, os.WriteFile(passwd, []byte("root:x:0:0::/:/bin/sh\n"), 0o644))
	for _, m := range []mount.Mount{
		{Type: mount.TypeBind, Source: etc, Target: "/etc"},
		{Type: mount.TypeBind, Source: passwd, Target: "/etc/passwd"},
	} {
		b := newBox(t, busybox, "id -u")
		b.host.Mounts = append(b.host.Mounts, m)
		b.want(t, 0, fmt.Sprintf("%d\n", uid), "")
		if text, err := os.ReadFile(passwd); err != nil || strings.Contains(string(text), "godocker") {
			t.Errorf("%s was changed: %q, %v", m.Target, text, err)
		}
	}
}

// A user who owns the folder may put anything where the runner's files go.
func TestHostileFolder(t *testing.T) {
	for _, name := range []string{spec.Log, spec.ErrLog, spec.Info, spec.StateDir} {
		victim := filepath.Join(t.TempDir(), "victim")
		must(t, os.WriteFile(victim, []byte("precious"), 0o666))
		link := newBox(t, busybox, "echo ran")
		link.host.Mounts = append(link.host.Mounts, mount.Mount{Type: mount.TypeBind, Source: filepath.Dir(victim), Target: "/victims"})
		must(t, os.Symlink("/victims/victim", filepath.Join(link.folder, name)))
		pipe := newBox(t, busybox, "echo ran")
		must(t, syscall.Mkfifo(filepath.Join(pipe.folder, name), 0o666))
		for what, b := range map[string]*box{"link": link, "pipe": pipe} {
			if code := b.run(t); code != spec.ExitCannotRun {
				t.Errorf("%s in place of %s: exit %d, want %d", what, name, code, spec.ExitCannotRun)
			}
		}
		if text, err := os.ReadFile(victim); err != nil || string(text) != "precious" {
			t.Errorf("through %s the victim became %q, %v", name, text, err)
		}
	}
}
