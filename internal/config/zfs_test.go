package config

import "testing"

func TestPluginZFS(t *testing.T) {
	for text, want := range map[string]string{
		"plugin_zfs: true\n":                                "zfs",
		"plugin_zfs: true\ndocker: {tmp_driver: btrfs}\n":   "btrfs",
		"plugin_zfs: true\ndocker: {tmp_dir: /srv/tmp}\n":   "",
		"plugin_zfs: false\ndocker: {url: tcp://host:1}\n":  "",
		"plugin_zfs: true\ndocker: {url: unix:///d.sock}\n": "zfs",
	} {
		c, err := Parse("go-d.ini", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			TmpDriver string `yaml:"tmp_driver"`
			TmpDir    string `yaml:"tmp_dir"`
			URL       string `yaml:"url"`
		}
		if s := c.Section("docker"); s != nil {
			if err := s(&got); err != nil {
				t.Fatal(err)
			}
		}
		if got.TmpDriver != want {
			t.Errorf("%q: tmp_driver %q, want %q", text, got.TmpDriver, want)
		}
	}
}
