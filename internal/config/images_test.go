package config

import (
	"strings"
	"testing"
)

func TestImages(t *testing.T) {
	const head = "shared_dir: /srv\nsecret_passphrase: 0123456789abcdef\n"
	for text, want := range map[string]string{
		"": "",
		"default_images: [{url: debian}]\nimages: {allow: [lab.org/**], deny: [docker.io/library/debian:8]}\nuse_private_registry: reg:5000/mirror": "",
		"use_private_registry: None": "", "pull_policy: always": "",
		"default_images: [{url: debian}, {url: Debian}]":                                          `default_images[1].url: "Debian" is not the name of an image`,
		"default_images: [{url: debian}]\nimages: {deny: [docker.io/**]}":                         `default_images[0].url: docker.io/library/debian:latest is refused by this site's rule "docker.io/**"`,
		"default_images: [{url: debian}]\nimages: {deny: [reg:1/*]}\nuse_private_registry: reg:1": "default_images[0].url: reg:1/debian:latest is refused",
		"images: {allow: [debian], deny: ['docker.io/[']}":                                        `images.allow[0]: "debian" does not begin with a registry`,
		"images: {deny: ['docker.io/[']}":                                                         `images.deny[0]: "docker.io/[" has a part that is not a pattern`,
		"use_private_registry: http://reg:5000":                                                   `use_private_registry: want the address of a registry`,
		"link_image_to_registry: [docker.io, https://quay.io/]":                                   "",
		"link_image_to_registry: [docker.io, lab]":                                                `link_image_to_registry[1]: want the address of a registry, such as registry.example.org or 10.0.0.1:5000, got "lab"`,
		"pull_policy: sometimes":                                                                  `pull_policy: want one of if-not-present, always, never, got "sometimes"`,
	} {
		c, err := Parse("f", []byte(head+text))
		if err == nil {
			err = c.Check()
		}
		if (want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
	c, err := Parse("f", []byte("default_images: [{url: debian}, {url: lab.org/x:1}]\nuse_private_registry: reg:5000"))
	if err != nil {
		t.Fatal(err)
	}
	if l := c.Listed(); !l["reg:5000/debian:latest"] || !l["lab.org/x:1"] || len(l) != 2 {
		t.Errorf("listed: %v", l)
	}
}
