// Package swarm runs attempts as services of a Docker swarm, of engines that speak version
// 1.41 of the API (Docker 20.10) or later.
//
// An attempt is the service of its name, of one task that is never started again. The swarm
// refuses a second service of that name, so that of any number of starters one creates it.
// A service is not a job: a swarm runs a failed task of a job once more whenever its managers
// are started anew, whatever the job's restart policy says.
package swarm

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"sync"
	"time"

	"godocker/executor"
	"godocker/executor/dockerapi"
	"godocker/plugin"
)

// Config is the swarm section of the configuration file.
type Config struct {
	URL        string `yaml:"url"` // of managers, with commas between them; unix:///var/run/docker.sock by default
	APIVersion string `yaml:"api_version"`
	TLS        bool   `yaml:"tls"`
	CACert     string `yaml:"ca_cert"`
	ClientCert string `yaml:"client_cert"`
	ClientKey  string `yaml:"client_key"`
	MaxCreates int    `yaml:"max_creates"` // services in creation at once; default 16
	PIDsLimit  int64  `yaml:"pids_limit"`  // processes of a task that asks for no number; default 4096

	// GPUResource is the generic resource that nodes advertise for each of their gpus, such
	// as NVIDIA-GPU; "" = tasks have no gpus.
	GPUResource string `yaml:"gpu_resource"`
}

// Plugin describes this executor to the registry, and Original by the name that older
// configurations have.
var (
	Plugin   = plugin.Define("swarm", "services of a Docker swarm", New)
	Original = plugin.Define("dockerswarm", "the same as swarm", New)
)

const (
	defaultCreates = 16
	defaultPIDs    = 4096
	// answerTime bounds the calls that no caller waits for.
	answerTime = 30 * time.Second
	// leastAPI is the first version of the API with all that a task is given.
	leastAPI = "1.41"
	// nodesFor is how long what the managers say of the nodes is believed.
	nodesFor = time.Second
)

// Swarm is a connection to the managers of a swarm.
type Swarm struct {
	api     *dockerapi.Engine
	cfg     Config
	log     *slog.Logger
	creates chan struct{} // one token for each service in creation
	starts  chan struct{} // whoever waits for ends learns by it that there will be some
	pace    pace          // of creations
	waits   time.Duration // how long a task may find no node before there is no room; patience, but for tests

	mu     sync.Mutex
	agreed bool // on the version of the API
	nodes  nodes
	asked  time.Time // when the nodes were
	began  map[executor.Handle]time.Time
	images map[wanted]pinned
}

var kind = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*$`)

// New connects lazily: managers that are away now may come later.
func New(_ context.Context, env plugin.Env, cfg Config) (executor.Executor, error) {
	api, err := dockerapi.Dial(dockerapi.Endpoint{URL: cfg.URL, APIVersion: cfg.APIVersion, LeastAPI: leastAPI, TLS: cfg.TLS, CACert: cfg.CACert,
		ClientCert: cfg.ClientCert, ClientKey: cfg.ClientKey, Sign: env.Sign})
	var unkind error
	if cfg.GPUResource != "" && !kind.MatchString(cfg.GPUResource) {
		unkind = fmt.Errorf("gpu_resource: want the name of a generic resource of the nodes, such as NVIDIA-GPU, got %q", cfg.GPUResource)
	}
	err = plugin.Wrong("swarm", err, dockerapi.Positive("max_creates", int64(cfg.MaxCreates)), dockerapi.Positive("pids_limit", cfg.PIDsLimit), unkind)
	if err != nil {
		return nil, err
	}
	log := cmp.Or(env.Log, slog.New(slog.DiscardHandler))
	cfg.MaxCreates = cmp.Or(cfg.MaxCreates, defaultCreates)
	cfg.PIDsLimit = cmp.Or(cfg.PIDsLimit, defaultPIDs)
	return &Swarm{api: api, cfg: cfg, log: log, creates: make(chan struct{}, cfg.MaxCreates), starts: make(chan struct{}, 1), waits: patience,
		began: map[executor.Handle]time.Time{}, images: map[wanted]pinned{}}, nil
}

// Capabilities reports what a swarm can do: nothing inside of containers that run, and no
// task without a network.
func (s *Swarm) Capabilities() executor.Capabilities {
	return executor.Capabilities{Root: true, Limits: true, Runner: true, Ports: true, Interactive: true, GPUs: s.cfg.GPUResource != ""}
}

// failed tells whose error it is.
func failed(err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	return fmt.Errorf("swarm: %w", err)
}
