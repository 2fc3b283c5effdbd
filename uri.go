package godocker

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// A URI names a file that is fetched into a task's folder before the task starts.
type URI struct {
	*url.URL
	Name string // of the file in the folder
}

// URISchemes are those that files can be fetched by.
var URISchemes = []string{"http", "https", "ftp"}

// Greatest lengths in bytes.
const (
	maxURI     = 4096
	maxURIName = 200
)

// ParseURI reads where a file is to be fetched from. The file gets the last name of
// the path. No error holds more of the text than Shown does.
func ParseURI(text string) (URI, error) {
	u, err := url.Parse(strings.TrimSpace(text))
	switch {
	case err != nil: // whose words may hold a password
		return URI{}, fmt.Errorf("one of them is no URI; want a form such as https://example.org/data/reads.fq.gz")
	case len(text) > maxURI:
		return URI{}, fmt.Errorf("%.80s… is too long: want at most %d characters", shown(u), maxURI)
	case !slices.Contains(URISchemes, u.Scheme) || u.Hostname() == "":
		return URI{}, fmt.Errorf("%q: want one of %s, and a host", shown(u), strings.Join(URISchemes, "://, ")+"://")
	}
	name := path.Base(path.Clean("/" + u.Path))
	switch {
	case strings.HasSuffix(u.Path, "/") || name == "/":
		return URI{}, fmt.Errorf("%q names no file: it ends with a slash, or has no path", shown(u))
	case len(name) > maxURIName || !utf8.ValidString(u.Path) || strings.ContainsFunc(u.Path, Unseen):
		return URI{}, fmt.Errorf("%q: want a file's name of at most %d characters, without control or formatting characters", shown(u), maxURIName)
	case reservedName(name):
		return URI{}, fmt.Errorf("%q: the name %q is not free in a task's folder: cmd.sh, and what begins with a dot or with god., are the system's", shown(u), name)
	}
	return URI{u, name}, nil
}

// reservedName reports whether a file of a task's folder with that name is, or may
// come to be, the system's, or one that programs obey without being told.
func reservedName(name string) bool {
	return name == "cmd.sh" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "god.")
}

// Shown is the URI for people to read, without what may be a secret: user, password,
// query and fragment.
func (u URI) Shown() string { return shown(u.URL) }

func shown(u *url.URL) string {
	out := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath, Opaque: ""}
	text := out.String()
	if u.RawQuery != "" {
		text += "?…"
	}
	return text
}

// ShownURI is URI.Shown for a text that may be none.
func ShownURI(text string) string {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil {
		return "…"
	}
	return shown(u)
}
