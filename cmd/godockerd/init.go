package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"godocker/internal/app"

	"github.com/spf13/cobra"
)

// sample is the configuration that init writes. Everything else has a default.
const sample = `# Configuration of GO-Docker. All keys: docs/configuration.md
shared_dir: %q        # task folders; every node must see it under this path
data_dir: %q          # database, pid file and log of this server
listen: "127.0.0.1:6543"
cluster: %q           # part of the names of containers; never the same on one engine twice
secret_passphrase: %q # signs tokens; whoever knows it can be anybody

executors: [docker]
auth_policy: local
scheduler_policy: fifo

allow_user_images: true
default_images:
  - {name: debian, url: "debian:12", default: true}
volumes:
  - {name: home, acl: rw}
`

func (s *settings) init() *cobra.Command {
	return &cobra.Command{Use: "init", Short: "Write a configuration if there is none, and prepare folders and database", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			path, err := s.find()
			if err != nil {
				path = places[0]
			}
			if err := writeSample(path); err != nil {
				return err
			}
			s.path = path
			conf, err := s.load()
			if err != nil {
				return err
			}
			if err := conf.Check(); err != nil {
				return err
			}
			if err := os.MkdirAll(conf.SharedDir, 0o755); err != nil {
				return fmt.Errorf("shared_dir: %w", err)
			}
			st, err := app.OpenStore(c.Context(), conf, logger())
			if err != nil {
				return err
			}
			if err := st.Close(); err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "Ready. Next:\n  godockerd --config %s user add NAME --admin\n  godockerd --config %s start\n", path, path)
			return nil
		}}
}

// writeSample writes a configuration with a passphrase of its own where there is
// none yet.
func writeSample(path string) error {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return err
	}
	shared, data := "/srv/godocker", "/var/lib/godocker"
	if dir != "/etc/godocker" {
		shared, data = filepath.Join(dir, "shared"), filepath.Join(dir, "data")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	text := fmt.Sprintf(sample, shared, data, "god-"+strings.ToLower(rand.Text()[:6]), rand.Text()+rand.Text())
	return os.WriteFile(path, []byte(text), 0o600)
}
