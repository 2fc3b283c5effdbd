// Package config reads the configuration file, go-d.ini: YAML in spite of its
// name. It is strict: a key it does not know is an error that names the nearest
// one it knows. Files written for GO-Docker 1.x load; keys of parts that no longer
// exist are reported as warnings.
package config

// Config is the whole configuration, with defaults applied. It is not changed
// after Load.
type Config struct {
	// Where things are.
	SharedDir   string  `yaml:"shared_dir"`   // task folders; the same path on every node
	DataDir     string  `yaml:"data_dir"`     // of this server alone: database, pid file, log
	Database    string  `yaml:"database"`     // sqlite://PATH or postgres://...; "" = a file in data_dir
	Listen      string  `yaml:"listen"`       // address of the web server
	Cluster     string  `yaml:"cluster"`      // name of this installation inside the engines
	WebEndpoint string  `yaml:"web_endpoint"` // how people reach the page, for links
	SSH         SSH     `yaml:"ssh"`
	WebPort     WebPort `yaml:"web_port"`

	// Security.
	SecretPassphrase     string      `yaml:"secret_passphrase"`
	SessionTimeout       Lifespan    `yaml:"session_timeout"`
	AuthPolicy           string      `yaml:"auth_policy"`
	AllowProxyRemoteUser bool        `yaml:"allow_proxy_remote_user"`
	ProxyAddresses       []string    `yaml:"proxy_addresses"`   // networks of the proxies in front
	ProxyUserHeader      string      `yaml:"proxy_user_header"` // in which they say who logged in with them
	TaskDirMode          FileMode    `yaml:"task_dir_mode"`
	MaxFileDownload      Size        `yaml:"max_file_download"` // 0 = no limit
	MaxScriptSize        Size        `yaml:"max_script_size"`
	DockerAuthz          DockerAuthz `yaml:"docker_authz"`

	// What tasks may ask for.
	DefaultsCPU         float64        `yaml:"defaults_cpu"`
	DefaultsRAM         float64        `yaml:"defaults_ram"` // GB
	Network             Network        `yaml:"network"`
	AllowRoot           bool           `yaml:"allow_root"`
	Constraints         []Constraint   `yaml:"constraints"`
	DefaultImages       []Image        `yaml:"default_images"`
	AllowUserImages     bool           `yaml:"allow_user_images"`
	Images              ImageRules     `yaml:"images"`
	PullPolicy          string         `yaml:"pull_policy"`
	UsePrivateRegistry  Optional       `yaml:"use_private_registry"` // of images that name none
	LinkImageToRegistry []string       `yaml:"link_image_to_registry"`
	VolumesCheck        bool           `yaml:"volumes_check"`
	Volumes             []Volume       `yaml:"volumes"`
	PluginZFS           bool           `yaml:"plugin_zfs"`
	PortAllocate        bool           `yaml:"port_allocate"`
	PortStart           int            `yaml:"port_start"`
	PortRange           int            `yaml:"port_range"`
	MaxArray            int            `yaml:"max_array"` // elements of an array; 0 = no limit of the site's
	MaxLifespan         Lifespan       `yaml:"maxlifespan"`
	Idle                Idle           `yaml:"idle"`
	KillGrace           Lifespan       `yaml:"kill_grace"` // between TERM and KILL
	DynamicFields       []DynamicField `yaml:"dynamic_fields"`
	FailurePolicy       FailurePolicy  `yaml:"failure_policy"`
	URIs                URIs           `yaml:"uris"`
	ShareProjectTasks   bool           `yaml:"share_project_tasks"`

	// Scheduling.
	SchedulerPolicy        string   `yaml:"scheduler_policy"`
	Executor               Optional `yaml:"executor"` // a single one, as older files have it
	Executors              []string `yaml:"executors"`
	UserResetUsageDuration int      `yaml:"user_reset_usage_duration"` // days
	RateLimit              int      `yaml:"rate_limit"`                // waiting tasks of one user; 0 = no limit
	RateLimitAll           int      `yaml:"rate_limit_all"`            // waiting tasks in all; 0 = no limit
	MaxRunning             int      `yaml:"max_running"`               // running tasks of one user without a limit of their own; 0 = no limit
	MasterTimeout          Lifespan `yaml:"master_timeout"`
	NodeOrder              string   `yaml:"node_order"` // spread or pack
	Fairshare              `yaml:",inline"`

	// Watching and keeping.
	Watchers         []string `yaml:"watchers"`
	CleanOld         int      `yaml:"clean_old"` // days that a task's folder is kept
	DiskDefaultQuota Size     `yaml:"disk_default_quota"`
	StatusPolicy     Optional `yaml:"status_policy"`

	// Neighbours.
	Placement          map[string]any `yaml:"placement"`
	PrometheusKey      string         `yaml:"prometheus_key"`
	PrometheusExporter Optional       `yaml:"prometheus_exporter"`
	CadvisorPort       int            `yaml:"cadvisor_port"`
	Influx             `yaml:",inline"`
	Kube               `yaml:",inline"`
	LDAP               `yaml:",inline"`
	Email              `yaml:",inline"`
	Etcd               `yaml:",inline"`
	Guest              `yaml:",inline"`
	FTP                FTP            `yaml:"ftp"`
	LogConfig          map[string]any `yaml:"log_config"`

	warnings []string
	sections sections
	places   places
}

// Warnings returns what the file says that has no effect any more.
func (c *Config) Warnings() []string { return c.warnings }

// ExecutorNames returns the executors in use, the first being the default.
func (c *Config) ExecutorNames() []string {
	if len(c.Executors) > 0 {
		return c.Executors
	}
	return []string{string(c.Executor)}
}
