package image

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/distribution/reference"
)

// Rules say which images tasks may use. What Deny has is refused, whatever Allow
// says; an empty Allow allows everything else.
type Rules struct {
	Allow, Deny []Rule
}

// A Rule is a pattern for whole names: docker.io/library/debian:1?, lab.example.org/**.
// Each part between slashes is a pattern of its own, and ** is any number of parts. A
// rule without a tag is about all of a repository.
type Rule struct {
	text, tag, digest string
	parts             []string
}

func (r Rule) String() string { return r.text }

// ParseRule reads a rule.
func ParseRule(text string) (Rule, error) {
	r := Rule{text: text}
	rest, digest, pinned := strings.Cut(text, "@")
	r.digest = digest
	if i := strings.LastIndexByte(rest, ':'); i > strings.LastIndexByte(rest, '/') {
		rest, r.tag = rest[:i], rest[i+1:]
		if r.tag == "" {
			return r, fmt.Errorf("%q has an empty tag", text)
		}
	}
	r.parts = strings.Split(rest, "/")
	first := r.parts[0]
	switch {
	case len(r.parts) < 2 || !strings.ContainsAny(first, ".:*") && first != "localhost":
		return r, fmt.Errorf("%q does not begin with a registry; want a form such as docker.io/library/debian, docker.io/** or */lab/*:1", text)
	case strings.ToLower(rest) != rest:
		return r, fmt.Errorf("%q has capitals, which no image has", text)
	case pinned && (r.tag != "" || !reference.DigestRegexp.MatchString(digest)):
		return r, fmt.Errorf("%q: want nothing but a digest after the repository", text)
	}
	if _, err := path.Match(r.tag, ""); err != nil {
		return r, fmt.Errorf("%q has a tag that is not a pattern: %q", text, r.tag)
	}
	for _, p := range r.parts {
		if _, err := path.Match(p, ""); err != nil || p == "" {
			return r, fmt.Errorf("%q has a part that is not a pattern: %q", text, p)
		}
	}
	r.parts[0] = Registry(first)
	return r, nil
}

// ParseRules reads the two lists of the configuration.
func ParseRules(allow, deny []string) (Rules, error) {
	var rs Rules
	var errs []error
	for i, text := range allow {
		r, err := ParseRule(text)
		if err != nil {
			errs = append(errs, fmt.Errorf("images.allow[%d]: %w", i, err))
		}
		rs.Allow = append(rs.Allow, r)
	}
	for i, text := range deny {
		r, err := ParseRule(text)
		if err == nil && r.digest != "" {
			err = fmt.Errorf("%q: a digest cannot be denied, as a tag may stand for it", text)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("images.deny[%d]: %w", i, err))
		}
		rs.Deny = append(rs.Deny, r)
	}
	return rs, errors.Join(errs...)
}

// Check returns why an image is refused, naming the rule; nil = it is not.
func (rs Rules) Check(n Name) error {
	if err := rs.Denied(n); err != nil || len(rs.Allow) == 0 {
		return err
	}
	texts := make([]string, len(rs.Allow))
	for i, r := range rs.Allow {
		if r.allows(n) {
			return nil
		}
		texts[i] = r.text
	}
	return fmt.Errorf("%s is none of the images that this site allows: %s", n, strings.Join(texts, ", "))
}

// Denied returns which rule refuses an image whatever else allows it.
func (rs Rules) Denied(n Name) error {
	for _, r := range rs.Deny {
		if r.denies(n) {
			return fmt.Errorf("%s is refused by this site's rule %q", n, r.text)
		}
	}
	return nil
}

// A name with a digest gets the image of the digest, whatever its tag says: it can be
// denied by any tag, and allowed by none.
func (r Rule) denies(n Name) bool {
	_, pinned := n.named.(reference.Digested)
	return r.about(n) && (r.tag == "" || pinned || r.tags(n))
}

func (r Rule) allows(n Name) bool {
	d, pinned := n.named.(reference.Digested)
	switch {
	case !r.about(n):
		return false
	case r.digest != "":
		return pinned && d.Digest().String() == r.digest
	case pinned:
		return r.tag == "" || r.tag == "*"
	}
	return r.tag == "" || r.tags(n)
}

func (r Rule) tags(n Name) bool {
	t, ok := n.named.(reference.Tagged)
	if !ok {
		return false
	}
	hit, _ := path.Match(r.tag, t.Tag()) // ParseRule tried it
	return hit
}

func (r Rule) about(n Name) bool {
	return match(r.parts, strings.Split(n.Registry()+"/"+reference.Path(n.named), "/"))
}

func match(patterns, parts []string) bool {
	if len(patterns) == 0 {
		return len(parts) == 0
	}
	if patterns[0] == "**" {
		for i := range len(parts) + 1 {
			if match(patterns[1:], parts[i:]) {
				return true
			}
		}
		return false
	}
	if len(parts) == 0 {
		return false
	}
	hit, _ := path.Match(patterns[0], parts[0])
	return hit && match(patterns[1:], parts[1:])
}
