package submit

import (
	"slices"
	"strings"

	"godocker"
	"godocker/internal/image"
)

const imageField = "container.image"

// image returns the image that is meant, with the site's own registry if it names
// none. Those that the site lists may be used however they are written; others have to
// pass the site's rules.
func (c *check) image(asked string) string {
	meant, err := image.Parse(asked, c.rules.Registry)
	var names []string
	for _, im := range c.rules.Images {
		listed, bad := image.Parse(im.URL, c.rules.Registry)
		if asked != "" && (asked == im.Name || asked == im.URL || err == nil && bad == nil && meant.String() == listed.String()) || asked == "" && im.Default {
			return image.At(im.URL, c.rules.Registry)
		}
		names = append(names, im.URL)
	}
	switch {
	case asked == "":
		c.bad(imageField, "is missing, and this site has no default image; want one of: %s", strings.Join(names, ", "))
	case !c.rules.AnyImage:
		c.bad(imageField, "%q is not an image of this site; want one of: %s", asked, strings.Join(names, ", "))
	case err != nil:
		c.bad(imageField, "%q %s", asked, err)
	default:
		if err := c.rules.ImageRules.Check(meant); err != nil {
			c.bad(imageField, "%s", err)
		}
	}
	return image.At(asked, c.rules.Registry)
}

// pull reads when the image is fetched.
func (c *check) pull() godocker.PullPolicy {
	p := godocker.PullPolicy(c.doc.Container.PullPolicy)
	if p == "" {
		p = c.rules.Pull
	}
	if p != "" && !slices.Contains(godocker.PullPolicies, p) {
		c.bad("container.pull_policy", "want one of %s, got %q", godocker.PullWords(), p)
	}
	return p
}
