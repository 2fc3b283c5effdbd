package config

import (
	"fmt"
	"slices"
	"strings"

	"godocker"
	"godocker/internal/image"
)

// ImageRules returns the allow and deny patterns; Check has found them well-formed.
func (c *Config) ImageRules() image.Rules {
	rules, _ := image.ParseRules(c.Images.Allow, c.Images.Deny)
	return rules
}

// Registry is that of images which name none; "" = the Hub.
func (c *Config) Registry() string { return string(c.UsePrivateRegistry) }

// Listed are the images of default_images, by their whole names.
func (c *Config) Listed() map[string]bool {
	all := map[string]bool{}
	for _, im := range c.DefaultImages {
		if n, err := image.Parse(im.URL, c.Registry()); err == nil {
			all[n.String()] = true
		}
	}
	return all
}

func (c *Config) checkImages(bad func(key, format string, args ...any)) {
	if host, _, _ := strings.Cut(c.Registry(), "/"); host != "" {
		if err := image.CheckRegistry(host); err != nil {
			bad("use_private_registry", "%s, got %q", err, c.Registry())
		}
	}
	for i, address := range c.LinkImageToRegistry {
		if err := image.CheckRegistry(image.Registry(address)); err != nil {
			bad(fmt.Sprintf("link_image_to_registry[%d]", i), "%s, got %q", err, address)
		}
	}
	rules, err := image.ParseRules(c.Images.Allow, c.Images.Deny)
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		for _, err := range several.Unwrap() {
			key, why, _ := strings.Cut(err.Error(), ": ")
			bad(key, "%s", why)
		}
	}
	for i, im := range c.DefaultImages {
		key := fmt.Sprintf("default_images[%d].url", i)
		n, parseErr := image.Parse(im.URL, c.Registry())
		if parseErr != nil {
			bad(key, "%q %s", im.URL, parseErr)
		} else if denied := rules.Denied(n); err == nil && denied != nil {
			bad(key, "%s", denied)
		}
	}
	if !slices.Contains(godocker.PullPolicies, godocker.PullPolicy(c.PullPolicy)) {
		bad("pull_policy", "want one of %s, got %q", godocker.PullWords(), c.PullPolicy)
	}
}
