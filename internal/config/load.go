package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"godocker"

	"go.yaml.in/yaml/v3"
)

// Defaults returns the configuration of an empty file.
func Defaults() *Config {
	return &Config{
		DataDir: "/var/lib/godocker", Listen: "127.0.0.1:6543", Cluster: "godocker",
		SessionTimeout: seconds(172800), AuthPolicy: "local", ProxyUserHeader: "X-Remote-User", TaskDirMode: 0o750,
		MaxScriptSize: 1_000_000,
		DefaultsCPU:   1, DefaultsRAM: 2, AllowRoot: true, VolumesCheck: true, PullPolicy: string(godocker.PullIfNotPresent),
		PortAllocate: true, PortStart: 10000, PortRange: 1000,
		MaxLifespan: Lifespan(7 * 24 * time.Hour), Idle: Idle{Warn: Lifespan(15 * time.Minute), Action: "suspend"}, Watchers: []string{"maxlifespan"}, KillGrace: seconds(10),
		URIs:            URIs{MaxSize: 10_000_000_000, Timeout: Lifespan(time.Hour)},
		SchedulerPolicy: "fifo", NodeOrder: "spread", Executor: "docker",
		UserResetUsageDuration: 30, RateLimitAll: 10000, MasterTimeout: seconds(600),
		Fairshare: Fairshare{WaitingTimeWeight: 0.1, UserTimeWeight: 1, UserCPUWeight: 0.2, UserRAMWeight: 0.2,
			GroupTimeWeight: 0.1, GroupCPUWeight: 0.01, GroupRAMWeight: 0.01, UserWeight: 1, GroupWeight: 1},
		CleanOld: 30, CadvisorPort: 8080,
		Influx: Influx{InfluxPort: 8086, InfluxDB: "god"},
		Kube:   Kube{KubeNamespace: "default"},
		LDAP:   LDAP{LDAPBaseDNFilter: "ou=People", LDAPOptions: LDAPOptions{Timeout: seconds(5), Recheck: seconds(300)}},
		Email:  Email{SMTPPort: 25},
		Etcd:   Etcd{EtcdPrefix: "/godocker", EtcdPort: 4001},
		FTP:    FTP{Port: 2121, Quota: 1_000_000},
	}
}

func seconds(n int) Lifespan { return Lifespan(time.Duration(n) * time.Second) }

// Load reads the file at path, then the environment (as returned by os.Environ),
// whose GODOCKER_ variables override the file. All mistakes are reported together,
// each with its line. The result still needs Check before a server runs on it. If only
// keys or values are wrong, what could be read comes with the error, to be checked.
func Load(path string, environ []string) (*Config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	c, err := Parse(filepath.Base(path), text)
	if c == nil {
		return nil, err
	}
	return c, errors.Join(err, c.override(environ))
}

// Parse reads the text of a configuration file called name. As of Load, what could be
// read may come with an error.
func Parse(name string, text []byte) (*Config, error) {
	c := Defaults()
	c.places = newPlaces()
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(doc.Content) == 0 {
		return c, nil
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s line %d: want keys and values, such as shared_dir: /srv/godocker", name, root.Line)
	}
	r := reader{name: name, config: c}
	r.outline(root)
	for i, v := range c.Volumes {
		if v.Name != "home" && !filepath.IsAbs(v.Path) {
			c.warnings = append(c.warnings, fmt.Sprintf("%s: volumes[%d]: %q has no absolute path, so tasks that ask for it are refused", name, i, v.Name))
		}
	}
	if c.LDAPOptions.Insecure {
		c.warnings = append(c.warnings, name+": ldap.insecure: whoever is between this server and the directory can read passwords, and let in whom they like")
	}
	return c, errors.Join(append(r.errs, c.zfs())...)
}

// zfs does what plugin_zfs says: temporary storage comes from the volume driver zfs.
func (c *Config) zfs() error {
	if !c.PluginZFS || c.sections.has("docker", "tmp_driver") || c.sections.has("docker", "tmp_dir") {
		return nil
	}
	return c.setInSection("docker", "tmp_driver", &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: "zfs"})
}
