package fake

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"godocker/executor"
)

// With a StateDir each execution is one file, made by an atomic step, so that it is
// there exactly if the execution was begun, even if the process was killed in the
// middle. The file of a removed attempt is kept under another name: the number of
// files is the number of executions.
const (
	kept    = ".json"
	removed = ".removed-"
)

// Executions counts the executions that were ever begun by the clusters with this
// StateDir, by the name of the attempt.
func Executions(stateDir string) (map[string]int, error) {
	entries, err := os.ReadDir(stateDir)
	if err != nil {
		return nil, err
	}
	count := map[string]int{}
	for _, e := range entries {
		name, whole := strings.CutSuffix(e.Name(), kept)
		if !whole {
			name, _, whole = strings.Cut(e.Name(), removed)
		}
		if whole {
			count[name]++
		}
	}
	return count, nil
}

func (c *Cluster) file(h executor.Handle) string {
	return filepath.Join(c.cfg.StateDir, string(h)+kept)
}

// load takes over the attempts of an earlier process.
func (c *Cluster) load() error {
	if c.cfg.StateDir == "" {
		return nil
	}
	if err := os.MkdirAll(c.cfg.StateDir, 0o755); err != nil {
		return fmt.Errorf("fake: %w", err)
	}
	entries, err := os.ReadDir(c.cfg.StateDir)
	if err != nil {
		return fmt.Errorf("fake: %w", err)
	}
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), kept); ok {
			c.find(executor.Handle(name))
		}
	}
	return nil
}

// find returns an attempt, or nil. With a StateDir the file is the truth, as other
// processes may have written it.
func (c *Cluster) find(h executor.Handle) *attempt {
	at := c.attempts[h]
	if c.cfg.StateDir == "" {
		return at
	}
	var r record
	b, err := os.ReadFile(c.file(h))
	if err != nil || json.Unmarshal(b, &r) != nil {
		return nil
	}
	if at == nil {
		at = &attempt{}
		c.attempts[h] = at
		at.record = r
		c.nodes.hold(&r)
		c.arm(h, at, time.Now())
		return at
	}
	at.record = r
	return at
}

// create writes the file of a new attempt; if another process was faster, it
// returns that one's.
func (c *Cluster) create(h executor.Handle, at *attempt) (known *attempt, err error) {
	if c.cfg.StateDir == "" {
		return nil, nil
	}
	tmp, err := c.write(at)
	if err != nil {
		return nil, err
	}
	defer os.Remove(tmp)
	err = os.Link(tmp, c.file(h))
	if errors.Is(err, fs.ErrExist) {
		return c.find(h), nil
	}
	return nil, err
}

func (c *Cluster) write(at *attempt) (tmp string, err error) {
	b, err := json.Marshal(at.record)
	if err != nil {
		return "", err
	}
	f, err := os.CreateTemp(c.cfg.StateDir, ".new-*")
	if err != nil {
		return "", err
	}
	_, err = f.Write(b)
	return f.Name(), errors.Join(err, f.Close())
}

func (c *Cluster) save(h executor.Handle, at *attempt) error {
	if c.cfg.StateDir == "" {
		return nil
	}
	tmp, err := c.write(at)
	if err != nil {
		return err
	}
	return os.Rename(tmp, c.file(h))
}

func (c *Cluster) discard(h executor.Handle) error {
	if c.cfg.StateDir == "" {
		return nil
	}
	// One step, and never a name that is taken: a crash must not leave two files.
	gone := filepath.Join(c.cfg.StateDir, fmt.Sprintf("%s%s%s", h, removed, rand.Text()))
	if err := os.Rename(c.file(h), gone); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
