package e2e

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"godocker/test/daemon"
)

// The guide to the page shows a laboratory that has worked for a month. Its screens come
// about as they are pictured, and each picture is one of them. To renew the pictures:
//
//	E2E_SHOTS=$PWD/docs/images go test ./test/e2e -run TestPicturesOfTheGuide -count=1
func TestPicturesOfTheGuide(t *testing.T) {
	began, bin := time.Now(), t.TempDir()
	if err := daemon.Build(bin); err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "laboratory")
	if err != nil {
		t.Fatal(err)
	}
	cluster := daemon.Name("laboratory")
	t.Cleanup(func() {
		sweep := exec.Command("sh", "-c", "docker ps -aq --filter label=godocker.cluster="+cluster+" | xargs -r docker rm -f")
		if out, err := sweep.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	s, err := daemon.New(daemon.Options{Bin: bin, Dir: dir, Cluster: cluster, Config: fmt.Sprintf(`default_images:
  - {name: Debian 12, url: %q, default: true}
  - {name: samtools, url: %q}
volumes: [{name: genomes, acl: ro, path: %q, mount: /db/genomes}, {name: scratch, acl: rw, path: %q, mount: /scratch}]
executors: [docker, farm]
farm: {type: fake, nodes: 6, cpu: 32, ram: 128, gpus: 2, labels: {zone: cellar}}
`, image, samtools, dir, dir)})
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, p := range people {
		key, err := s.Run("user", "add", p.name, "--uid", fmt.Sprint(p.uid), "--email", p.name+"@example.org")
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, p.name+"="+strings.TrimSpace(key))
	}
	if err := worked(t.Context(), s.DatabasePath(), time.Now(), 30); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Kill)
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	shots := cmp.Or(os.Getenv("E2E_SHOTS"), t.TempDir())
	node := exec.CommandContext(t.Context(), "node", "--test", "pictures.mjs")
	node.Env = append(os.Environ(), "GODOCKER_SERVER=http://"+s.Address, "GODOCKER_USER="+s.User, "GODOCKER_APIKEY="+s.Key, "GODOCKER_IMAGE="+image,
		"GODOCKER_PEOPLE="+strings.Join(keys, " "), "E2E_SHOTS="+shots)
	if out, err := node.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s\nthe end of the server's log:\n%s", err, out, s.LogEnd())
	}
	for _, name := range pictured(t) {
		if info, err := os.Stat(filepath.Join(shots, name)); err != nil || info.ModTime().Before(began.Truncate(time.Second)) {
			t.Errorf("the guide shows %s, which is none of the pictures: %v", name, err)
		}
	}
}

// pictured are the pictures in the guide to the page and in the README.
func pictured(t *testing.T) (names []string) {
	t.Helper()
	for _, file := range []string{"../../docs/page.md", "../../README.md"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`\]\([a-z/]*images/([a-z-]+\.png)\)`).FindAllSubmatch(text, -1) {
			names = append(names, string(found[1]))
		}
	}
	slices.Sort(names)
	if names = slices.Compact(names); len(names) < 20 {
		t.Fatalf("the guide has %d pictures", len(names))
	}
	return names
}
