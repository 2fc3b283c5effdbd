package credential_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"

	"godocker"
	"godocker/executor"
	"godocker/internal/credential"
)

const passphrase = "0123456789abcdef0123456789abcdef"

func seal(t *testing.T, passphrase string) *credential.Seal {
	t.Helper()
	s, err := credential.NewSeal(passphrase)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSeal(t *testing.T) {
	secret := credential.Secret{Password: "open sesame"}
	s := seal(t, passphrase)
	one, err := s.Close("ann", "lab.org", secret)
	if err != nil {
		t.Fatal(err)
	}
	two, _ := s.Close("ann", "lab.org", secret)
	plain, _ := base64.RawURLEncoding.DecodeString(one[strings.LastIndexByte(one, '.')+1:])
	if one == two || strings.Contains(one+string(plain), "sesame") {
		t.Errorf("%q and %q", one, two)
	}
	l := godocker.Login{User: "ann", Registry: "lab.org", Secret: one}
	if got, err := seal(t, passphrase).Open(l); err != nil || got != secret {
		t.Errorf("%v, %v", got, err)
	}
	flipped := []byte(one)
	flipped[len(flipped)-3] ^= 1
	for _, c := range []struct{ user, registry, secret, want string }{
		{"bob", "lab.org", one, "is damaged"}, {"ann", "lab.org:1", one, "is damaged"}, // of another
		{"ann", "lab.org", string(flipped), "is damaged"}, {"ann", "lab.org", one + ".x", "is damaged"}, {"ann", "lab.org", "v1", "is damaged"},
		{"ann", "lab.org", "v2" + one[2:], "another version"}, {"ann", "lab.org", "", "another version"},
	} {
		if got, err := s.Open(godocker.Login{User: c.user, Registry: c.registry, Secret: c.secret}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, %v", c, got, err)
		}
	}
	_, err = seal(t, passphrase+"x").Open(l)
	if err == nil || !strings.Contains(err.Error(), "the login of ann for the registry lab.org cannot be read: secret_passphrase is not the one with which it was kept; give it again with: god registry login lab.org") {
		t.Error(err)
	}
}

func TestLoginsPrintNoSecret(t *testing.T) {
	l := executor.RegistryLogin{Registry: "lab.org", Username: "ann", Password: "sesame", Token: "sesame"}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "login", l)
	text := fmt.Sprintf("%v %+v %#v %s %v %+v %s", l, l, l, l, executor.Assignment{Login: &l}, &l, log.String())
	if strings.Contains(text, "sesame") {
		t.Error(text)
	}
}

type file struct {
	name, text string
	kind       byte
}

// archive packs files.
func archive(t *testing.T, files ...file) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	w := tar.NewWriter(z)
	for _, f := range files {
		h := &tar.Header{Name: f.name, Typeflag: f.kind, Mode: 0o600, Size: int64(len(f.text))}
		if f.kind == 0 {
			h.Typeflag = tar.TypeReg
		}
		if f.kind == tar.TypeSymlink {
			h.Linkname, h.Size = "/etc/passwd", 0
		}
		_, err := 0, w.WriteHeader(h)
		if err == nil && h.Size > 0 {
			_, err = io.WriteString(w, f.text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestFromArchive(t *testing.T) {
	auth := base64.StdEncoding.EncodeToString([]byte("ann:open:sesame"))
	config := fmt.Sprintf(`{"auths": {"https://index.docker.io/v1/": {"auth": %q}, "lab.org:5000": {"username": "a", "password": "b"}, "tok.org": {"identitytoken": "t"},
		"bad.org": {"auth": "?"}, "empty.org": {}}, "HttpHeaders": {"x": "y"}}`, auth)
	for _, name := range []string{".docker/config.json", "./.docker/config.json", "/.docker/config.json"} {
		packed := archive(t, file{".docker/", "", tar.TypeDir}, file{name: "other", text: "x"}, file{name: name, text: config})
		for registry, want := range map[string]executor.RegistryLogin{
			"docker.io":    {Registry: "docker.io", Username: "ann", Password: "open:sesame"},
			"lab.org:5000": {Registry: "lab.org:5000", Username: "a", Password: "b"},
			"tok.org":      {Registry: "tok.org", Token: "t"},
		} {
			if got, err := credential.FromArchive(bytes.NewReader(packed), registry); err != nil || got == nil || *got != want {
				t.Errorf("%s in %s: %v, %v", registry, name, got, err)
			}
		}
		for _, registry := range []string{"lab.org", "empty.org", ""} {
			if got, err := credential.FromArchive(bytes.NewReader(packed), registry); err != nil || got != nil {
				t.Errorf("%s in %s: %v, %v", registry, name, got, err)
			}
		}
	}
}

func TestBadArchives(t *testing.T) {
	const name = ".docker/config.json"
	bomb := archive(t, file{name: "big", text: strings.Repeat("\x00", 64<<20)}, file{name: name, text: "{}"})
	if len(bomb) > credential.MaxArchive {
		t.Fatal("the bomb is too large to be one")
	}
	good := archive(t, file{name: name, text: `{"auths": {"lab.org": {"auth": "?secret"}}}`})
	for _, c := range []struct {
		packed []byte
		want   string
	}{
		{nil, "not packed by gzip"}, {[]byte("x"), "not packed"}, {good[:len(good)/2], "damaged"}, {bomb, "too large"},
		{archive(t), "has no .docker/config.json"}, {archive(t, file{name: "config.json", text: "{}"}), "has no .docker/config.json"},
		{archive(t, file{name, "", tar.TypeSymlink}), "not a small plain file"}, {archive(t, file{name, "", tar.TypeFifo}), "not a small plain file"},
		{archive(t, file{name: name, text: strings.Repeat(" ", 300<<10)}), "not a small plain file"},
		{archive(t, file{name: name, text: "secret"}), "is not Docker's"}, {good, "its login for lab.org is damaged"},
		{archive(t, file{name: name, text: `{"auths": {"lab.org": {}}, "credsStore": "desktop"}`}), "a credentials store of your own machine keeps it"},
	} {
		got, err := credential.FromArchive(bytes.NewReader(c.packed), "lab.org")
		if got != nil || err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("want %q: %v, %v", c.want, got, err)
		}
	}
}

func FuzzFromArchive(f *testing.F) {
	f.Add([]byte(`{"auths": {"lab.org": {"auth": "YTpi"}}}`), true)
	f.Add([]byte("\x1f\x8b\x08"), false)
	f.Fuzz(func(t *testing.T, text []byte, pack bool) {
		if pack {
			text = archive(t, file{name: ".docker/config.json", text: string(text)})
		}
		if l, err := credential.FromArchive(bytes.NewReader(text), "lab.org"); err == nil && l != nil && l.Password == "" && l.Token == "" {
			t.Errorf("%q gave a login without a secret", text)
		}
	})
}
