package godocker

import "strings"

// A PullPolicy says when the image of a task is fetched from its registry.
type PullPolicy string

// The policies. Always fetches the image anew if the registry has another one; Never
// runs only what the node has.
const (
	PullIfNotPresent PullPolicy = "if-not-present"
	PullAlways       PullPolicy = "always"
	PullNever        PullPolicy = "never"
)

// PullPolicies lists all of them.
var PullPolicies = []PullPolicy{PullIfNotPresent, PullAlways, PullNever}

// PullWords names the policies for people.
func PullWords() string {
	words := make([]string, len(PullPolicies))
	for i, p := range PullPolicies {
		words[i] = string(p)
	}
	return strings.Join(words, ", ")
}
