// Package registry runs a real registry of images that wants a password, for tests. It
// needs the program docker-registry; Docker speaks to this machine without TLS.
package registry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/moby/moby/api/pkg/authconfig"
	"github.com/moby/moby/api/types/registry"
	"github.com/moby/moby/client"
	"golang.org/x/crypto/bcrypt"
)

// A Registry is a running registry. Its methods must not be called concurrently.
type Registry struct {
	Address string // HOST:PORT
	dir     string
	cmd     *exec.Cmd
	log     bytes.Buffer
	changes int // of the people
}

// patience is how long the registry may take to answer.
const patience = 20 * time.Second

// Start runs a registry that keeps its images in a folder and lets the given people in,
// each with a password; nobody = everybody.
func Start(dir string, people map[string]string) (*Registry, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &Registry{Address: l.Addr().String(), dir: dir}
	if err := l.Close(); err != nil {
		return nil, err
	}
	conf := fmt.Sprintf("version: 0.1\nlog: {level: warn, accesslog: {disabled: true}}\nstorage: {filesystem: {rootdirectory: %q}, delete: {enabled: true}}\nhttp: {addr: %q}\n",
		filepath.Join(dir, "data"), r.Address)
	if people != nil {
		conf += fmt.Sprintf("auth: {htpasswd: {realm: test, path: %q}}\n", filepath.Join(dir, "htpasswd"))
	}
	return r, errors.Join(os.WriteFile(filepath.Join(dir, "config.yml"), []byte(conf), 0o600), r.People(people), r.Up())
}

// People changes who is let in.
func (r *Registry) People(people map[string]string) error {
	var text strings.Builder
	for name, password := range people {
		hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
		if err != nil {
			return err
		}
		fmt.Fprintf(&text, "%s:%s\n", name, hash)
	}
	file := filepath.Join(r.dir, "htpasswd")
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		return err
	}
	// The registry reads the file anew when its time has changed.
	r.changes++
	later := time.Now().Add(time.Duration(r.changes) * time.Minute)
	return os.Chtimes(file, later, later)
}

// Up starts the registry, again after Down.
func (r *Registry) Up() error {
	r.cmd = exec.Command("docker-registry", "serve", filepath.Join(r.dir, "config.yml"))
	r.cmd.Stdout, r.cmd.Stderr = &r.log, &r.log
	if err := r.cmd.Start(); err != nil {
		return fmt.Errorf("%w: run `make test`, which installs it", err)
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); time.Now().Before(end); <-tick.C {
		resp, err := http.Get("http://" + r.Address + "/v2/")
		if err == nil {
			return resp.Body.Close()
		}
	}
	return fmt.Errorf("the registry does not answer: %w\n%s", r.Down(), r.log.String())
}

// Down stops the registry; its images stay.
func (r *Registry) Down() error {
	if r.cmd == nil {
		return nil
	}
	err := r.cmd.Process.Kill()
	_ = r.cmd.Wait() // it was killed
	r.cmd = nil
	return err
}

// Close stops the registry and removes its images from the engine.
func (r *Registry) Close() error {
	return errors.Join(r.Down(), r.forgetAll())
}

// Push puts an image of the engine into the registry as REPOSITORY:TAG, with a login,
// and returns its whole name. The engine does not keep it under that name.
func (r *Registry) Push(ctx context.Context, image, as, user, password string) (string, error) {
	api, err := client.New()
	if err != nil {
		return "", err
	}
	defer api.Close()
	name := r.Address + "/" + as
	if _, err := api.ImageTag(ctx, client.ImageTagOptions{Source: image, Target: name}); err != nil {
		return "", err
	}
	auth, err := authconfig.Encode(registry.AuthConfig{Username: user, Password: password, ServerAddress: r.Address})
	if err != nil {
		return "", err
	}
	stream, err := api.ImagePush(ctx, name, client.ImagePushOptions{RegistryAuth: auth})
	if err != nil {
		return "", err
	}
	defer stream.Close()
	for m, err := range stream.JSONMessages(ctx) {
		if err != nil {
			return "", err
		}
		if m.Error != nil {
			return "", m.Error
		}
	}
	return name, r.Forget(name)
}

// Retag lets a tag of a repository mean what another does.
func (r *Registry) Retag(ctx context.Context, repository, from, to, user, password string) error {
	at := "http://" + r.Address + "/v2/" + repository + "/manifests/"
	const kind = "application/vnd.docker.distribution.manifest.v2+json"
	call := func(method, url string, body []byte) (text []byte, err error) {
		req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		req.SetBasicAuth(user, password)
		req.Header.Set("Accept", kind)
		req.Header.Set("Content-Type", kind)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close()
		if resp.StatusCode >= http.StatusBadRequest {
			return nil, errors.New(resp.Status)
		}
		return io.ReadAll(resp.Body)
	}
	manifest, err := call(http.MethodGet, at+from, nil)
	if err == nil {
		_, err = call(http.MethodPut, at+to, manifest)
	}
	return err
}

// forgetAll removes from the engine whatever came from the registry.
func (r *Registry) forgetAll() error {
	api, err := client.New()
	if err != nil {
		return err
	}
	defer api.Close()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	all, err := api.ImageList(ctx, client.ImageListOptions{})
	errs := []error{err}
	for _, im := range all.Items {
		for _, name := range slices.Concat(im.RepoTags, im.RepoDigests) {
			if strings.HasPrefix(name, r.Address+"/") && !strings.HasSuffix(name, ":<none>") {
				errs = append(errs, r.Forget(name))
			}
		}
	}
	return errors.Join(errs...)
}

// Forget removes an image from the engine.
func (r *Registry) Forget(name string) error {
	api, err := client.New()
	if err != nil {
		return err
	}
	defer api.Close()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, err = api.ImageRemove(ctx, name, client.ImageRemoveOptions{Force: true})
	if err != nil && strings.Contains(err.Error(), "No such image") {
		return nil
	}
	return err
}
