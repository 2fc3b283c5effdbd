package credential

import (
	"archive/tar"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"godocker/executor"
	"godocker/internal/image"
)

// Archive is the file of a home in which people keep their logins: the folder .docker
// after a docker login.
const Archive = "docker.tar.gz"

const configFile = "/.docker/config.json"

// Largest sizes, in bytes, of the archive packed and unpacked, and of the file in it.
const (
	MaxArchive  = 1 << 20
	maxUnpacked = 8 << 20
	maxConfig   = 256 << 10
)

// dockerConfig is the part of Docker's own file that has logins.
type dockerConfig struct {
	Auths map[string]struct {
		Auth     string `json:"auth"` // name:password in base64
		Username string `json:"username"`
		Password string `json:"password"`
		Token    string `json:"identitytoken"`
	} `json:"auths"`
	Helper  string            `json:"credsStore"`
	Helpers map[string]string `json:"credHelpers"`
}

// FromArchive returns the login for a registry from an archive, nil if it has none. Its
// errors say what is wrong with it and nothing of what it says.
func FromArchive(r io.Reader, registry string) (*executor.RegistryLogin, error) {
	text, err := configOf(r)
	if err != nil {
		return nil, err
	}
	var c dockerConfig
	if json.Unmarshal(text, &c) != nil {
		return nil, errors.New("its .docker/config.json is not Docker's")
	}
	for address, a := range c.Auths {
		if image.Registry(address) != registry {
			continue
		}
		l := &executor.RegistryLogin{Registry: registry, Username: a.Username, Password: a.Password, Token: a.Token}
		if a.Auth != "" {
			plain, err := base64.StdEncoding.DecodeString(a.Auth)
			name, password, ok := strings.Cut(strings.TrimRight(string(plain), "\x00"), ":")
			if err != nil || !ok {
				return nil, fmt.Errorf("its login for %s is damaged", registry)
			}
			l.Username, l.Password = name, password
		}
		if l.Password != "" || l.Token != "" {
			return l, nil
		}
	}
	if c.Helper != "" || len(c.Helpers) > 0 {
		return nil, fmt.Errorf("it has no login for %s: a credentials store of your own machine keeps it", registry)
	}
	return nil, nil
}

// configOf unpacks no more than it must.
func configOf(r io.Reader) ([]byte, error) {
	z, err := gzip.NewReader(io.LimitReader(r, MaxArchive))
	if err != nil {
		return nil, errors.New("it is not packed by gzip")
	}
	for files := tar.NewReader(io.LimitReader(z, maxUnpacked)); ; {
		h, err := files.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil, errors.New("it has no .docker/config.json")
		case err != nil:
			return nil, errors.New("it is not a tar archive, is damaged, or is too large")
		case path.Clean("/"+h.Name) != configFile:
		case h.Typeflag != tar.TypeReg || h.Size > maxConfig:
			return nil, errors.New("its .docker/config.json is not a small plain file")
		default:
			text, err := io.ReadAll(files)
			if err != nil {
				err = errors.New("its .docker/config.json is damaged")
			}
			return text, err
		}
	}
}
