package app

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"godocker/internal/config"
	"godocker/internal/simulate"
	"godocker/plugin"
	"godocker/plugin/builtin"
	"godocker/store/sqlstore"
)

// A Simulation is what is to be simulated: a file, and with it, if asked for, the same
// tasks under another file's cluster and policy, or under another policy.
type Simulation struct {
	File, Against string         // paths; Against may be empty
	Text          string         // in place of File, what is in it
	Most          int            // tasks; 0 = as many as a file may have
	History       simulate.Store // in place of the database of the file; nil = that one
	Policy        string         // "" = none
	// Config returns the configuration of this site. It is called if the file wants the
	// history of its database.
	Config   func() (*config.Config, error)
	Progress func(what string, part float64) // may be nil
}

// Run simulates, and returns one outcome, or two.
func (s *Simulation) Run(ctx context.Context) ([]simulate.Named, error) {
	f, err := s.read()
	if err != nil {
		return nil, err
	}
	files := []*simulate.File{f}
	switch {
	case s.Against != "":
		other, err := readFile(s.Against)
		if err != nil {
			return nil, err
		}
		if len(other.Nodes) == 0 {
			other.Nodes = f.Nodes
		}
		if len(other.Users) == 0 {
			other.Users = f.Users
		}
		if len(other.Projects) == 0 {
			other.Projects = f.Projects
		}
		files = append(files, other)
	case s.Policy != "":
		other := *f
		other.Policy = s.Policy
		files = append(files, &other)
	}
	tasks, span, people, err := s.tasks(ctx, f)
	if err != nil {
		return nil, err
	}
	var out []simulate.Named
	for i, f := range files {
		if len(f.Nodes) == 0 {
			return nil, fmt.Errorf("%s: nodes: give at least one, such as {count: 10, cpu: 64, ram: 256}", cmp.Or(s.File, "file"))
		}
		site := f.Site()
		if people != nil {
			people(&site)
		}
		policy := strings.ToLower(f.Policy)
		env := plugin.Env{Log: slog.New(slog.DiscardHandler)}
		if site.Policy, err = builtin.Schedulers().Open(ctx, env, policy, f.Section(policy)); err != nil {
			return nil, fmt.Errorf("policy: %w", err)
		}
		name := policy
		if s.Against != "" {
			name = filepath.Base([]string{s.File, s.Against}[i]) + ": " + policy
		}
		var progress func(float64)
		if s.Progress != nil {
			progress = func(part float64) { s.Progress(name, part) }
		}
		o, err := simulate.Run(ctx, site, span, tasks, progress)
		if err != nil {
			return nil, err
		}
		out = append(out, simulate.Named{Name: name, Outcome: o})
	}
	return out, nil
}

func (s *Simulation) read() (*simulate.File, error) {
	if s.File != "" {
		return readFile(s.File)
	}
	f, err := simulate.Parse("file", []byte(s.Text))
	if err == nil && s.Most > 0 {
		err = f.Within(s.Most)
	}
	return f, err
}

// mostSimulated bounds what is simulated in a server, so that it has memory left.
const mostSimulated = 200_000 // tasks

// simulate runs what an administrator asks the server for.
func (a *App) simulate(ctx context.Context, file, policy string) ([]simulate.Named, error) {
	s := Simulation{Text: file, Policy: policy, Most: mostSimulated, History: a.Store}
	return s.Run(ctx)
}

func readFile(path string) (*simulate.File, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return simulate.Parse(filepath.Base(path), text)
}

// tasks returns what is handed in, and what brings the people of a database into a site.
func (s *Simulation) tasks(ctx context.Context, f *simulate.File) (iter.Seq[simulate.Task], simulate.Span, func(*simulate.Site), error) {
	if f.History == nil {
		if len(f.Users) == 0 {
			return nil, simulate.Span{}, nil, fmt.Errorf("%s: users: give at least one, or a history", cmp.Or(s.File, "file"))
		}
		return simulate.Synthetic(f.Sources(), f.Span(), f.Seed), f.Span(), nil, nil
	}
	if len(f.Users) > 0 {
		return nil, simulate.Span{}, nil, fmt.Errorf("%s: give either users or a history", cmp.Or(s.File, "file"))
	}
	if s.History != nil {
		return s.past(ctx, f, s.History)
	}
	url := f.History.Database
	if url == "" {
		c, err := s.Config()
		if err != nil {
			return nil, simulate.Span{}, nil, err
		}
		url = c.DatabaseURL()
	}
	if path, isFile := strings.CutPrefix(url, "sqlite://"); isFile {
		if _, err := os.Stat(path); err != nil { // and none is made
			return nil, simulate.Span{}, nil, fmt.Errorf("history: %w", err)
		}
	}
	st, err := sqlstore.Open(ctx, url, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, simulate.Span{}, nil, fmt.Errorf("history: %w", err)
	}
	defer st.Close()
	return s.past(ctx, f, st)
}

func (s *Simulation) past(ctx context.Context, f *simulate.File, st simulate.Store) (iter.Seq[simulate.Task], simulate.Span, func(*simulate.Site), error) {
	f.History.Most = s.Most
	all, span, err := f.History.Read(ctx, st, time.Now())
	if err != nil {
		return nil, span, nil, err
	}
	people, err := simulate.ReadPeople(ctx, st)
	return slices.Values(all), span, people, err
}
