// Package kubernetes runs attempts as Jobs of a Kubernetes cluster, version 1.32 or later.
//
// An attempt is the Job of its name; the API server refuses a second one of that
// name, so that of any number of starters one creates it. This package manages its Jobs
// itself: it makes what a pod needs and then the pod, under a name that each Job has one
// of, and whoever finds a Job without its pod goes on with it. Kubernetes' own controller
// makes no pods for such Jobs, so that there is never a second. The pod has a finalizer of
// this package, so that how it ended is kept until it was stored, whoever deletes it.
package kubernetes

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	core "k8s.io/api/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"

	"godocker/executor"
	"godocker/plugin"
)

// Config is the kubernetes section of the configuration file.
type Config struct {
	Server     string `yaml:"server"` // with server and token no kubeconfig is read
	Token      string `yaml:"token"`
	CACert     string `yaml:"ca_cert"`
	Kubeconfig string `yaml:"kubeconfig"` // "" = that of the pod that this runs in, or else $KUBECONFIG
	Context    string `yaml:"context"`
	Namespace  string `yaml:"namespace"` // "default" by default

	Claims       []Claim           `yaml:"claims"`
	NodeSelector map[string]string `yaml:"node_selector"` // labels that a node must have to be one of ours
	Tolerations  []Toleration      `yaml:"tolerations"`
	Priority     string            `yaml:"priority_class"`
	GPUResource  string            `yaml:"gpu_resource"` // nvidia.com/gpu by default

	// Ports says where ports are reached: at the "pod", or at its "node" by a Service.
	Ports string `yaml:"ports"`

	// Placement is "godocker", or "kubernetes" if the engine is to choose nodes.
	Placement string `yaml:"placement"`

	// User has pods run as the task's user from the start, where root is forbidden.
	User bool `yaml:"run_as_user"`

	StartTimeout  int `yaml:"start_timeout"`   // seconds that a pod may take to begin; default 600
	NodeLostAfter int `yaml:"node_lost_after"` // seconds that a node may be away; default 60
}

// A Claim is a PersistentVolumeClaim that pods mount in place of folders of the node.
type Claim struct {
	Path    string `yaml:"path"`     // the folder of this server and in mounts that the claim is; $USERID is the task's user
	Claim   string `yaml:"claim"`    // $USERID likewise
	SubPath string `yaml:"sub_path"` // inside of the claim; $USERID likewise
}

// A Toleration lets tasks use nodes with a taint. Without a value any will do, without
// an effect all.
type Toleration struct {
	Key    string `yaml:"key"`
	Value  string `yaml:"value"`
	Effect string `yaml:"effect"`
}

// Plugin describes this executor to the registry.
var Plugin = plugin.Define("kubernetes", "Jobs of a Kubernetes cluster", New)

const (
	byKubernetes = "kubernetes"
	atPod        = "pod"
	atNode       = "node"
	// answerTime bounds the calls that no caller waits for.
	answerTime = 30 * time.Second
	// patience is how long a pod may be unschedulable: what just ended is given back
	// in a moment.
	patience = 2 * time.Second
)

// Engine is a connection to a cluster.
type Engine struct {
	api  *api
	cfg  Config
	log  *slog.Logger
	life context.Context // of the watches

	pods   *podStore
	nodes  *nodeStore
	events *eventStore

	mu      sync.Mutex
	watches context.CancelFunc // nil = none yet
	away    bool               // the last question had no answer
	asked   time.Time          // when the last one had
}

// New connects lazily: an API server that is away now may come later. What is watched
// is watched until ctx ends.
func New(ctx context.Context, env plugin.Env, cfg Config) (executor.Executor, error) {
	reached, err := settle(&cfg)
	if err = plugin.Wrong("kubernetes", err); err != nil {
		return nil, err
	}
	return open(ctx, env, cfg, reached)
}

// tell has the client library speak in the log of the first engine, and not on standard
// error.
var tell sync.Once

func open(ctx context.Context, env plugin.Env, cfg Config, reached *rest.Config) (*Engine, error) {
	a, err := newAPI(reached, cfg.Namespace)
	if err != nil {
		return nil, fmt.Errorf("kubernetes: %w", err)
	}
	log := cmp.Or(env.Log, slog.New(slog.DiscardHandler))
	tell.Do(func() { klog.SetSlogLogger(log) })
	return &Engine{api: a, cfg: cfg, log: log, life: ctx, pods: newPodStore(), nodes: newNodeStore(core.ResourceName(cfg.GPUResource)), events: newEventStore()}, nil
}

// Capabilities reports what a cluster can do. It cannot freeze a pod: to suspend a Job
// ends it. What keeps pods from the network is the cluster's own affair.
func (e *Engine) Capabilities() executor.Capabilities {
	root := !e.cfg.User
	return executor.Capabilities{Root: root, Interactive: root, Join: true, Ports: true, Addresses: true, OwnLogins: true, GPUs: true, TmpStorage: true,
		Limits: true, TellsMemory: true, Signals: true, PullNever: true, Runner: true, Places: e.cfg.Placement == byKubernetes}
}
