package config

import (
	"strings"
	"testing"
)

func TestVolumesThatTakeAnothersPlace(t *testing.T) {
	for text, want := range map[string]string{
		"{name: home}, {name: a, path: /a}, {name: b, path: /a, mount: /a/b}, {name: own, path: /home/$USERID}": "",
		"{name: a, path: /}":                                   "volumes[0].mount: \"/\" would hide",
		"{name: a, path: /a, mount: /mnt/go-docker}":           "volumes[0].mount",
		"{name: a, path: /a, mount: /mnt}":                     "volumes[0].mount",
		"{name: a, path: /a, mount: /proc/sys}":                "volumes[0].mount",
		"{name: a, path: /a, mount: /.godrun}":                 "volumes[0].mount",
		"{name: a, path: /a, mount: data}":                     "volumes[0].mount",
		"{name: a, path: /a}, {name: b, path: /b, mount: /a/}": "volumes[1].mount: volume \"a\" has the same mount point",
		"{name: home}, {name: b, path: /b, mount: /mnt/home}":  "volumes[1].mount",
		"{name: a, path: /a}, {name: a, path: /b}":             "volumes[1].name",
		"{name: god-ftp, path: /a}":                            "volumes[0].name",
		"{name: go-docker, path: /a}":                          "volumes[0].name",
		"{name: a, path: /a, acl: rwx}":                        "volumes[0].acl",
	} {
		c, err := Parse("go-d.ini", []byte("shared_dir: /s\nsecret_passphrase: 0123456789abcdef0123\nvolumes: ["+text+"]"))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Check(); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
