// Package docker runs attempts as containers of one Docker engine.
//
// An attempt is the container of its name; the engine refuses a second one of that
// name, so that of any number of starters one creates it. A container is started
// by the process that created it. Another process that finds it created, and not
// started for takeOver, concludes that its creator died, and starts it. One that
// was ever started is never started again.
package docker

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/moby/moby/client"

	"godocker/executor"
	"godocker/executor/dockerapi"
	"godocker/plugin"
)

// Config is the docker section of the configuration file.
type Config struct {
	URL        string `yaml:"url"`         // unix:///var/run/docker.sock by default
	APIVersion string `yaml:"api_version"` // agreed with the engine by default
	TLS        bool   `yaml:"tls"`
	CACert     string `yaml:"ca_cert"`
	ClientCert string `yaml:"client_cert"`
	ClientKey  string `yaml:"client_key"`
	MaxCreates int    `yaml:"max_creates"` // containers in creation at once; default 8
	PIDsLimit  int64  `yaml:"pids_limit"`  // processes of a task that asks for no number; default 4096

	// Labels of the node, beside the engine's own and before them.
	Labels map[string]string `yaml:"labels"`

	GPUs []GPU `yaml:"gpus"`

	// TmpDir holds the temporary storage of tasks; "" = they have none. The
	// engine must be on this machine.
	TmpDir string `yaml:"tmp_dir"`

	// TmpDriver is the volume driver which makes that storage instead, with
	// TmpOptions, in which {size} stands for its bytes; by default size={size}.
	TmpDriver  string            `yaml:"tmp_driver"`
	TmpOptions map[string]string `yaml:"tmp_options"`
}

// Plugin describes this executor to the registry.
var Plugin = plugin.Define("docker", "containers of one Docker engine", New)

const (
	// takeOver is how long a created container is left to its creator.
	takeOver   = 10 * time.Second
	adoptEvery = 50 * time.Millisecond
	// answerTime bounds the calls that no caller waits for.
	answerTime = 30 * time.Second

	defaultCreates = 8
	defaultPIDs    = 4096
)

// Engine is a connection to a Docker engine.
type Engine struct {
	api      *client.Client
	engine   *dockerapi.Engine
	cfg      Config
	log      *slog.Logger
	patience time.Duration // takeOver, but for tests
	creates  chan struct{} // one token for each container in creation
	pulls    pulls
	killers  killers
	tmp      sync.Mutex
	local    bool // the engine is on this machine

	mu      sync.Mutex
	node    string            // name of the engine's machine, once known
	digests map[string]string // by container, and by image and repository
	deep    bool              // the engine makes mounts read-only with all that is mounted inside
}

// New connects lazily: an engine that is away now may come later.
func New(_ context.Context, env plugin.Env, cfg Config) (executor.Executor, error) {
	engine, err := dockerapi.Dial(dockerapi.Endpoint{URL: cfg.URL, APIVersion: cfg.APIVersion, TLS: cfg.TLS, CACert: cfg.CACert,
		ClientCert: cfg.ClientCert, ClientKey: cfg.ClientKey, Sign: env.Sign})
	err = plugin.Wrong("docker", err, dockerapi.Positive("max_creates", int64(cfg.MaxCreates)), dockerapi.Positive("pids_limit", cfg.PIDsLimit),
		checkGPUs(cfg.GPUs), checkTmp(&cfg))
	if err != nil {
		return nil, err
	}
	log := cmp.Or(env.Log, slog.New(slog.DiscardHandler))
	cfg.MaxCreates = cmp.Or(cfg.MaxCreates, defaultCreates)
	cfg.PIDsLimit = cmp.Or(cfg.PIDsLimit, defaultPIDs)
	return &Engine{api: engine.Client, engine: engine, cfg: cfg, log: log, patience: takeOver, creates: make(chan struct{}, cfg.MaxCreates), local: engine.Local}, nil
}

// Capabilities reports what a Docker engine can do.
func (e *Engine) Capabilities() executor.Capabilities {
	return executor.Capabilities{Root: true, Suspend: true, Network: true, Limits: true, TellsMemory: true, Runner: true, Local: e.local,
		Ports: true, Interactive: true, Join: true, Signals: true, PullNever: true, GPUs: len(e.cfg.GPUs) > 0, TmpStorage: e.tmpStorage()}
}

// Nodes reports the engine's machine.
func (e *Engine) Nodes(ctx context.Context) ([]executor.Node, error) {
	got, err := e.api.Info(ctx, client.InfoOptions{})
	if err != nil {
		return nil, fmt.Errorf("docker: %w", err)
	}
	info := got.Info
	n := executor.Node{Name: nodeName(info.Name), CPU: float64(info.NCPU), RAM: info.MemTotal, Labels: map[string]string{},
		GPUs: len(e.cfg.GPUs), Devices: e.gpuNames()}
	for _, l := range info.Labels {
		name, value, _ := strings.Cut(l, "=")
		n.Labels[name] = value
	}
	maps.Copy(n.Labels, e.cfg.Labels)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.node, e.deep = n.Name, makesDeepReadOnly(e.api.ClientVersion(), info.KernelVersion)
	return []executor.Node{n}, nil
}

func nodeName(hostname string) string { return cmp.Or(hostname, "localhost") }

// nodeOf is the name of the engine's machine. It is asked for once.
func (e *Engine) nodeOf(ctx context.Context) string {
	e.mu.Lock()
	name := e.node
	e.mu.Unlock()
	if name != "" {
		return name
	}
	if nodes, err := e.Nodes(ctx); err == nil {
		return nodes[0].Name
	}
	return nodeName("")
}
