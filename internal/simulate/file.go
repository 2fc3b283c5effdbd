package simulate

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/internal/config"
	"godocker/internal/plan"

	"go.yaml.in/yaml/v3"
)

// A File describes a simulation.
type File struct {
	Nodes             []Nodes         `yaml:"nodes"`
	Policy            string          `yaml:"policy"`
	NodeOrder         string          `yaml:"node_order"`
	MaxLifespan       config.Lifespan `yaml:"maxlifespan"`
	Window            int             `yaml:"user_reset_usage_duration"` // days
	config.Scheduling `yaml:",inline"`

	Projects []Project       `yaml:"projects"`
	Users    []User          `yaml:"users"`
	History  *History        `yaml:"history"`
	Days     int             `yaml:"days"`
	Seed     uint64          `yaml:"seed"`
	Pause    config.Lifespan `yaml:"pause"` // between two looks at what may start
}

// Nodes are so many of a kind.
type Nodes struct {
	Count  int               `yaml:"count"` // 0 = 1
	CPU    float64           `yaml:"cpu"`
	RAM    float64           `yaml:"ram"` // GB; 0 = 4 for each core
	GPUs   int               `yaml:"gpus"`
	Labels map[string]string `yaml:"labels"`
}

// A Project has a priority.
type Project struct {
	Name     string `yaml:"name"`
	Priority *int   `yaml:"priority"`
}

// A User is a person who hands in tasks, or several of the kind.
type User struct {
	Name       string `yaml:"name"`
	Count      int    `yaml:"count"` // of the kind: name-1, name-2 …; 0 = only this one
	Project    string `yaml:"project"`
	Priority   *int   `yaml:"priority"`
	MaxRunning int    `yaml:"max_running"`
	Tasks      Tasks  `yaml:"tasks"`
}

// Tasks is what somebody hands in.
type Tasks struct {
	PerDay float64   `yaml:"per_day"`
	Burst  int       `yaml:"burst"`
	Hours  hours     `yaml:"hours"`
	CPU    oneOf     `yaml:"cpu"`
	RAM    oneOf     `yaml:"ram"` // GB
	GPUs   oneOf     `yaml:"gpus"`
	Labels []string  `yaml:"labels"`
	Nice   int       `yaml:"nice"`
	Runs   Durations `yaml:"runs"`
	Asks   *float64  `yaml:"asks"`
}

// Durations are distributed log-normally.
type Durations struct {
	Median config.Lifespan `yaml:"median"`
	P95    config.Lifespan `yaml:"p95"`
}

// History is what was done in a database.
type History struct {
	Database string `yaml:"database"` // "" = that of the configuration
	From     date   `yaml:"from"`
	To       date   `yaml:"to"`

	Most int `yaml:"-"` // tasks that are read; 0 = all
}

// oneOf is a number, or several.
type oneOf []float64

// UnmarshalYAML implements yaml.Unmarshaler.
func (o *oneOf) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.ScalarNode {
		return n.Decode((*[]float64)(o))
	}
	var one float64
	err := n.Decode(&one)
	*o = oneOf{one}
	return err
}

// hours are those of a day in which something happens.
type hours struct{ from, until time.Duration }

// UnmarshalYAML implements yaml.Unmarshaler.
func (h *hours) UnmarshalYAML(n *yaml.Node) error {
	a, b, _ := strings.Cut(n.Value, "-")
	from, err1 := strconv.Atoi(a)
	until, err2 := strconv.Atoi(b)
	if err := errors.Join(err1, err2); err != nil || from < 0 || until < 0 || from > 23 || until > 24 {
		return fmt.Errorf("want hours of the day such as 9-18 or 22-6, got %q", n.Value)
	}
	h.from, h.until = time.Duration(from)*time.Hour, time.Duration(until)*time.Hour
	return nil
}

// date is a day, from its beginning in UTC.
type date time.Time

// UnmarshalYAML implements yaml.Unmarshaler.
func (d *date) UnmarshalYAML(n *yaml.Node) error {
	t, err := time.Parse(time.DateOnly, n.Value)
	if err != nil {
		return fmt.Errorf("want a day such as 2026-03-31, got %q", n.Value)
	}
	*d = date(t)
	return nil
}

// Parse reads the text of a file called name.
func Parse(name string, text []byte) (*File, error) {
	site := config.Defaults()
	f := &File{Policy: site.SchedulerPolicy, NodeOrder: site.NodeOrder, MaxLifespan: site.MaxLifespan, Window: site.UserResetUsageDuration, Days: 30, Seed: 1,
		Scheduling: config.Scheduling{Fairshare: site.Fairshare}}
	if err := config.Decode(name, text, f); err != nil {
		return nil, err
	}
	return f, f.check(name)
}

// most are the limits of what is simulated, so that a mistake does not take all memory.
const (
	mostNodes = 100_000
	mostUsers = 100_000
	mostTasks = 50_000_000
	mostDays  = 3660
)

func (f *File) check(name string) error {
	var errs []error
	bad := func(key, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s: %s: %s", name, key, fmt.Sprintf(format, args...)))
	}
	count := func(key string, n int, most int) {
		if n < 0 || n > most {
			bad(key, "want 0 to %d, got %d", most, n)
		}
	}
	if f.NodeOrder != "spread" && f.NodeOrder != "pack" {
		bad("node_order", "want spread or pack, got %q", f.NodeOrder)
	}
	if f.Days < 1 || f.Days > mostDays {
		bad("days", "want 1 to %d, got %d", mostDays, f.Days)
	}
	if f.Window < 1 {
		bad("user_reset_usage_duration", "want a number of days from 1 on, got %d", f.Window)
	}
	for i, n := range f.Nodes {
		key := fmt.Sprintf("nodes[%d]", i)
		if count(key+".count", n.Count, mostNodes); !(n.CPU > 0) || n.RAM < 0 || n.GPUs < 0 {
			bad(key, "want a cpu above 0, and ram and gpus from 0 on")
		}
	}
	all := 0.0
	for i, u := range f.Users {
		key := fmt.Sprintf("users[%d]", i)
		count(key+".count", u.Count, mostUsers)
		count(key+".max_running", u.MaxRunning, mostTasks)
		count(key+".tasks.nice", u.Tasks.Nice, 100)
		count(key+".tasks.burst", u.Tasks.Burst, mostTasks)
		if u.Name == "" {
			bad(key+".name", "is missing")
		}
		if u.Priority != nil {
			count(key+".priority", *u.Priority, 100)
		}
		t := u.Tasks
		if !(t.PerDay > 0) || t.Runs.Median <= 0 {
			bad(key+".tasks", "want per_day and runs.median above 0")
		}
		if t.Asks != nil && !(*t.Asks >= 0 && *t.Asks <= 1000) {
			bad(key+".tasks.asks", "want 0 to 1000, got %g", *t.Asks)
		}
		for what, vs := range map[string]oneOf{"cpu": t.CPU, "ram": t.RAM} {
			for _, v := range vs {
				if !(v > 0) {
					bad(key+".tasks."+what, "want numbers above 0, got %g", v)
				}
			}
		}
		all += t.PerDay * float64(max(1, u.Count)) * float64(f.Days)
	}
	for i, p := range f.Projects {
		if p.Name == "" {
			bad(fmt.Sprintf("projects[%d].name", i), "is missing")
		}
		if p.Priority != nil {
			count(fmt.Sprintf("projects[%d].priority", i), *p.Priority, 100)
		}
	}
	if all > mostTasks {
		bad("users", "they hand in %.0f tasks; want at most %d", all, mostTasks)
	}
	if h := f.History; h != nil && !time.Time(h.To).IsZero() && !time.Time(h.From).Before(time.Time(h.To)) {
		bad("history", "want a from before its to")
	}
	return errors.Join(errs...)
}

// Within checks that a file is small enough for who cannot wait: of tasks, as given, and
// of nodes.
func (f *File) Within(tasks int) error {
	all, nodes, users := 0.0, 0, 0
	for _, u := range f.Users {
		all += u.Tasks.PerDay * float64(max(1, u.Count)) * float64(f.Days)
		users += max(1, u.Count)
	}
	for _, n := range f.Nodes {
		nodes += max(1, n.Count)
	}
	if all > float64(tasks) || nodes > tasks/100 || users > tasks/100 {
		return fmt.Errorf("%.0f tasks of %d users on %d nodes are too many here; want at most %d of %d on %d, or run `godockerd simulate`", all, users, nodes, tasks, tasks/100, tasks/100)
	}
	if h := f.History; h != nil && h.Database != "" {
		return errors.New("history: want no database: it is this site's")
	}
	return nil
}

// Site returns where tasks run, still without a policy.
func (f *File) Site() Site {
	s := Site{Window: f.Window, Pause: time.Duration(f.Pause), Placement: plan.Settings{Longest: time.Duration(f.MaxLifespan), Pack: f.NodeOrder == "pack"},
		Priorities: plan.Priorities{Users: map[string]int{}, Projects: map[string]int{}}, Limits: map[plan.Account]godocker.Limits{}}
	for _, n := range f.Nodes {
		for range max(1, n.Count) {
			s.Nodes = append(s.Nodes, executor.Node{Name: fmt.Sprintf("node%d", len(s.Nodes)+1), CPU: n.CPU, RAM: int64(cmp.Or(n.RAM, 4*n.CPU) * (1 << 30)),
				GPUs: n.GPUs, Labels: n.Labels})
		}
	}
	for _, p := range f.Projects {
		if p.Priority != nil {
			s.Priorities.Projects[p.Name] = *p.Priority
		}
	}
	for _, u := range f.Users {
		for _, name := range u.names() {
			if u.Priority != nil {
				s.Priorities.Users[name] = *u.Priority
			}
			if u.MaxRunning > 0 {
				s.Limits[plan.Account{ID: name}] = godocker.Limits{Tasks: u.MaxRunning}
			}
		}
	}
	return s
}

func (u *User) names() []string {
	if u.Count == 0 {
		return []string{u.Name}
	}
	out := make([]string, u.Count)
	for i := range out {
		out[i] = fmt.Sprintf("%s-%d", u.Name, i+1)
	}
	return out
}

// Sources returns those who hand in tasks.
func (f *File) Sources() (out []Source) {
	for _, u := range f.Users {
		t := u.Tasks
		s := Source{Project: cmp.Or(u.Project, godocker.DefaultProject), Nice: t.Nice, PerDay: t.PerDay, Burst: t.Burst, From: t.Hours.from, Until: t.Hours.until,
			CPU: []float64(t.CPU), RAM: []float64(t.RAM), Labels: t.Labels, Median: time.Duration(t.Runs.Median), P95: time.Duration(t.Runs.P95), Asks: 2}
		if len(s.CPU) == 0 {
			s.CPU = []float64{1}
		}
		if len(s.RAM) == 0 {
			s.RAM = []float64{1}
		}
		for _, g := range t.GPUs {
			s.GPUs = append(s.GPUs, int(g))
		}
		if t.Asks != nil {
			s.Asks = *t.Asks
		}
		for _, s.User = range u.names() {
			out = append(out, s)
		}
	}
	return out
}

// begin is a Monday, when synthetic workloads begin.
var begin = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

// Span is that of a synthetic workload.
func (f *File) Span() Span { return Span{From: begin, To: begin.AddDate(0, 0, f.Days)} }
