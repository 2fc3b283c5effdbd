// Package image tells what the name of an image means: people write debian, debian:12
// and docker.io/library/debian:12, and rules about images must see one and the same.
package image

import (
	"errors"
	"strings"

	"github.com/distribution/reference"
)

// Hub is the registry of images that name none.
const Hub = "docker.io"

// A Name is an image with its registry and its tag or digest. The zero value is no
// image.
type Name struct{ named reference.Named }

var errForm = errors.New("is not the name of an image; want a form such as debian:12 or registry.example.org/lab/tool:1.2")

// Parse reads a name as people write it. Images that name no registry are those of
// the given one, which may end with a path; "" = Hub.
func Parse(text, registry string) (Name, error) {
	if _, err := parse(text); err != nil {
		return Name{}, err
	}
	named, err := parse(At(text, registry))
	return Name{named}, err
}

// At puts a registry before the name of an image that has none.
func At(text, registry string) string {
	if registry = strings.Trim(registry, "/"); registry == "" || namesRegistry(text) {
		return text
	}
	return registry + "/" + text
}

func parse(text string) (reference.Named, error) {
	named, err := reference.ParseNormalizedNamed(text)
	if err != nil || len(text) > maxLength {
		return nil, errForm
	}
	return reference.TagNameOnly(named), nil
}

const maxLength = 255

// namesRegistry follows Docker: a first part with a dot, a colon or capitals, or
// localhost, is a registry.
func namesRegistry(text string) bool {
	first, _, more := strings.Cut(text, "/")
	return more && (strings.ContainsAny(first, ".:") || first == "localhost" || strings.ToLower(first) != first)
}

// String is the whole name, which no engine takes for anything else, such as the
// beginning of an id.
func (n Name) String() string { return n.named.String() }

// Repository is the name without tag and digest.
func (n Name) Repository() string { return n.named.Name() }

// Registry is where the image comes from, in the form in which logins are kept.
func (n Name) Registry() string { return Registry(reference.Domain(n.named)) }

// Registry returns the one name of a registry, whose address people also write with
// https:// or, for the Hub, in older forms.
func Registry(address string) string {
	address = strings.ToLower(strings.TrimSpace(address))
	for _, scheme := range []string{"https://", "http://"} {
		address = strings.TrimPrefix(address, scheme)
	}
	address, _, _ = strings.Cut(address, "/")
	switch address = strings.TrimSuffix(address, ":443"); address {
	case "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com", "hub.docker.com":
		return Hub
	}
	return address
}

// CheckRegistry reports whether a text is the address of a registry, HOST or HOST:PORT.
func CheckRegistry(address string) error {
	n, err := parse(address + "/x/x")
	if err != nil || reference.Domain(n) != address {
		return errors.New("want the address of a registry, such as registry.example.org or 10.0.0.1:5000")
	}
	return nil
}
