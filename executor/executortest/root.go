package executortest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"godocker/executor"
)

// root holds that an attempt as root can do what installing a package takes, and
// nothing to what lies outside of its container.
func (s suite) root(t *testing.T) {
	if !s.New(t).Capabilities().Root {
		t.Skip("the engine runs no attempts as root")
	}
	dir := openFolder(t)
	if err := os.WriteFile(filepath.Join(dir, "file"), []byte("as it was"), 0o666); err != nil {
		t.Fatal(err)
	}
	root := func(a *executor.Assignment) {
		a.Root = true
		a.Mounts = append(a.Mounts, executor.Mount{Source: dir, Target: "/ro", ReadOnly: true})
	}
	s.holds(t, root, `mkdir -p /opt/x && echo '#!/bin/sh' >/opt/x/prog && chown -R 1:1 /opt/x && chmod 4711 /opt/x/prog &&
		chmod 700 /opt/x && echo y >>/opt/x/prog && echo svc:x:77:77::/:/bin/false >>/etc/passwd && rm -r /opt/x`)
	attacks := []string{
		"mount -o remount,rw /ro", "mount -o remount,rw,bind /ro", "mount --bind /ro /mnt", "mount -t tmpfs none /mnt", "umount /ro",
		"mknod /node b 8 0", "echo x >/ro/new", "echo x >/ro/file", "echo x >/proc/1/root/ro/file", "echo x >/proc/self/root/ro/file",
		"mkdir -p /w && ln /ro/file /w/file", "ln -s /ro/file /link && echo x >/link", "rm /ro/file", "mv /ro/file /elsewhere && ! cat /ro/file",
		"chmod 777 /ro/file", "chown 1 /ro/file", "chroot / true", "unshare -r true", "unshare -m true", "hostname other",
		"ip link set lo down", "echo 1 >/proc/sys/kernel/panic", "echo b >/proc/sysrq-trigger", "cat /dev/mem >/dev/null",
	}
	var script strings.Builder // one after the other, as none of them is to change anything
	for i, attack := range attacks {
		fmt.Fprintf(&script, "( %s ) >/dev/null 2>&1 && exit %d\n", attack, i+1)
	}
	e := s.New(t)
	a := s.task(s.Shell(script.String() + "exit 0"))
	root(&a)
	if got := s.wait(t, e, s.start(t, e, a), executor.Exited); got.ExitCode > 0 && got.ExitCode <= len(attacks) {
		t.Errorf("it can: %s", attacks[got.ExitCode-1])
	} else if got.ExitCode != 0 {
		t.Errorf("%+v", got)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "file")); err != nil || string(text) != "as it was" {
		t.Errorf("the file behind the read-only mount is %q, %v", text, err)
	}
}
