package godocker_test

import (
	"testing"

	"godocker"
)

func TestCheckMount(t *testing.T) {
	for at, ok := range map[string]bool{
		"/data": true, "/mnt/home": true, "/mnt/home/x": true, "/procedures": true, "/mnt/go": true, "/etc": true, "/mnt/go-docker2": true,
		"/": false, "": false, "data": false, "/data/": false, "/a/../b": false, "//data": false, "/a\nb": false,
		"/.godrun": false, "/.godrun/x": false, "/mnt/go-docker": false, "/mnt/go-docker/a": false, "/mnt": false,
		"/proc": false, "/proc/self": false, "/sys/fs": false, "/dev": false, "/dev/shm": false, "/mnt/god-data": false, "/tmp-data": false,
	} {
		if err := godocker.CheckMount(at); (err == nil) != ok {
			t.Errorf("%q: %v", at, err)
		}
	}
}

func TestVolumeForAUser(t *testing.T) {
	v := godocker.Volume{Path: "/home/$USERID", Mount: "/own/$USERID"}
	if got, err := v.For("ann"); err != nil || got.Path != "/home/ann" || got.Mount != "/own/ann" {
		t.Errorf("%+v, %v", got, err)
	}
	v.Mount = ""
	if got, err := v.For("ann"); err != nil || got.Mount != "/home/ann" {
		t.Errorf("without a mount point: %+v, %v", got, err)
	}
	for _, user := range []string{"", ".", "..", "../root", "a/b"} {
		if got, err := v.For(user); err == nil {
			t.Errorf("user %q has %+v", user, got)
		}
	}
	for _, bad := range []godocker.Volume{{Path: "home"}, {}, {Path: "/x", Mount: "/$USERID"}, {Path: "/proc"}} {
		if got, err := bad.For("dev"); err == nil {
			t.Errorf("%+v became %+v", bad, got)
		}
	}
}
