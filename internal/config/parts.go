package config

import (
	"cmp"
	"errors"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// Network is the network section.
type Network struct {
	Disabled      bool     `yaml:"disabled"`
	UseCNI        bool     `yaml:"use_cni"`
	CNIPlugin     Optional `yaml:"cni_plugin"`
	PublicNetwork string   `yaml:"cni_public_network_name"`
}

// SSH is the ssh section: the gateway to interactive tasks.
type SSH struct {
	Listen         Optional `yaml:"listen"`          // address and port; "" = there is no gateway
	PublicEndpoint Optional `yaml:"public_endpoint"` // how people reach it; "" = by the name of this server, at the same port
}

// Reached is the host and the port by which people reach the gateway; the host is "" if
// it is that of the web server.
func (s SSH) Reached() (host string, port int, err error) {
	at := cmp.Or(s.PublicEndpoint, s.Listen)
	host, text, err := net.SplitHostPort(string(at))
	if err != nil {
		return "", 0, err
	}
	if s.PublicEndpoint == "" {
		host = ""
	}
	port, err = strconv.Atoi(text)
	if err == nil && (port < 1 || port > 65535) {
		err = errors.New("the port is not between 1 and 65535")
	}
	return host, port, err
}

// WebPort is the web_port section: the door to what tasks serve by HTTP.
type WebPort struct {
	Listen         Optional `yaml:"listen"`          // address and port; "" = there is no such door
	Domain         Optional `yaml:"domain"`          // each task is at ID.DOMAIN; "" = all are at one address, one at a time
	PublicEndpoint Optional `yaml:"public_endpoint"` // how people reach it: scheme, host and port; "" = http, by the name of the web server or the domain, at the same port
}

// reached is the address by which people reach the door. Its host is that of the web
// server if it is "".
func (w WebPort) reached() (*url.URL, error) {
	if w.PublicEndpoint == "" {
		_, port, err := net.SplitHostPort(string(w.Listen))
		if n, bad := strconv.Atoi(port); err == nil && (bad != nil || n < 1 || n > 65535) {
			err = errors.New("the port is not between 1 and 65535")
		}
		return &url.URL{Scheme: "http", Host: string(w.Domain) + ":" + port}, err
	}
	u, err := url.Parse(string(w.PublicEndpoint))
	switch {
	case err != nil:
		return nil, err
	case u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "", strings.Trim(u.Path, "/") != "", u.User != nil, u.RawQuery != "", u.Fragment != "":
		return nil, errors.New("want a scheme, a host and a port")
	case w.Domain != "" && !strings.EqualFold(u.Hostname(), string(w.Domain)):
		return nil, errors.New("the host is not the domain")
	}
	return &url.URL{Scheme: u.Scheme, Host: strings.ToLower(u.Host)}, nil
}

// Origin is where a browser opens the web port of the task with a number, when it
// reaches the web server by the given host; "" = nowhere. The number may be *.
func (w WebPort) Origin(task, host string) string {
	u, err := w.reached()
	if w.Listen == "" || err != nil {
		return ""
	}
	if w.Domain != "" {
		u.Host = task + "." + u.Host
	} else if u.Hostname() == "" {
		u.Host = net.JoinHostPort(host, u.Port())
	}
	if u.Port() == map[string]string{"http": "80", "https": "443"}[u.Scheme] { // which browsers leave out
		u.Host = strings.TrimSuffix(u.Host, ":"+u.Port())
	}
	return u.String()
}

// Idle is the idle section: what becomes of interactive tasks in which nothing happens.
type Idle struct {
	After  Lifespan `yaml:"after"`  // of tasks that do not say; 0 = never
	Max    Lifespan `yaml:"max"`    // the most that a task may ask for; 0 = as much as it likes
	Warn   Lifespan `yaml:"warn"`   // how long before that people are told
	Action string   `yaml:"action"` // suspend, end or none, of tasks that do not say
}

// DockerAuthz is the docker_authz section: whether engines ask this server what they may
// do, and who may do everything there.
type DockerAuthz struct {
	Enabled bool     `yaml:"enabled"`
	Users   []string `yaml:"users"` // names of client certificates
}

// Constraint is a label that nodes have, with its possible values in a text
// separated by commas.
type Constraint struct {
	Name  string `yaml:"name"`
	Value string `yaml:"value"`
}

// Image is an image that tasks may use.
type Image struct {
	Name        string `yaml:"name"`
	URL         string `yaml:"url"`
	Interactive bool   `yaml:"interactive"`
	Default     bool   `yaml:"default"`
}

// ImageRules is the images section: patterns for the images beside the listed ones.
type ImageRules struct {
	Allow []string `yaml:"allow"`
	Deny  []string `yaml:"deny"`
}

// Volume is a folder that tasks may mount. $USERID in Path stands for the user;
// an empty Mount is the Path.
type Volume struct {
	Name  string `yaml:"name"`
	ACL   string `yaml:"acl"`
	Path  string `yaml:"path"`
	Mount string `yaml:"mount"`
}

// DynamicField is a requirement that may be changed after submission.
type DynamicField struct {
	Name      string `yaml:"name"`
	AdminOnly bool   `yaml:"admin_only"`
}

// FailurePolicy says how often a task that the system failed is tried again.
type FailurePolicy struct {
	Strategy        int  `yaml:"strategy"`
	SkipFailedNodes bool `yaml:"skip_failed_nodes"`
}

// URIs says what may be fetched for tasks, and from where beside public addresses.
type URIs struct {
	MaxSize      Size     `yaml:"max_size"` // of all files of a task; 0 = none are fetched
	Timeout      Lifespan `yaml:"timeout"`  // for all files of a task
	AllowPrivate []string `yaml:"allow_private"`
}

// Fairshare holds the weights of the fairshare scheduler.
type Fairshare struct {
	WaitingTimeWeight float64 `yaml:"fairshare_waiting_time_weight"`
	UserTimeWeight    float64 `yaml:"fairshare_user_time_weight"`
	UserCPUWeight     float64 `yaml:"fairshare_user_cpu_weight"`
	UserRAMWeight     float64 `yaml:"fairshare_user_ram_weight"`
	GroupTimeWeight   float64 `yaml:"fairshare_group_time_weight"`
	GroupCPUWeight    float64 `yaml:"fairshare_group_cpu_weight"`
	GroupRAMWeight    float64 `yaml:"fairshare_group_ram_weight"`
	UserWeight        float64 `yaml:"fairshare_user_weight"`
	GroupWeight       float64 `yaml:"fairshare_group_weight"`
}

// Influx is where usage is reported to, if InfluxHost is set.
type Influx struct {
	InfluxHost     Optional `yaml:"influxdb_host"`
	InfluxPort     Port     `yaml:"influxdb_port"`
	InfluxUser     Optional `yaml:"influxdb_user"`
	InfluxPassword Optional `yaml:"influxdb_password"`
	InfluxDB       string   `yaml:"influxdb_db"`
}

// Kube is how Kubernetes is reached.
type Kube struct {
	KubeServer    Optional `yaml:"kube_server"`
	KubeToken     Optional `yaml:"kube_token"`
	KubeNamespace string   `yaml:"kube_namespace"`
}

// LDAP is how the directory is reached.
type LDAP struct {
	LDAPHost          Optional    `yaml:"ldap_host"`
	LDAPPort          Port        `yaml:"ldap_port"`
	LDAPDN            Optional    `yaml:"ldap_dn"`
	LDAPBaseDNFilter  string      `yaml:"ldap_base_dn_filter"`
	LDAPAdminDN       Optional    `yaml:"ldap_admin_dn"`
	LDAPAdminPassword Optional    `yaml:"ldap_admin_password"`
	LDAPOptions       LDAPOptions `yaml:"ldap"`
}

// LDAPOptions is the ldap section.
type LDAPOptions struct {
	SSL        bool              `yaml:"ssl"`
	StartTLS   bool              `yaml:"start_tls"`
	CACert     Optional          `yaml:"ca_cert"`
	Insecure   bool              `yaml:"insecure"`
	Timeout    Lifespan          `yaml:"timeout"` // of every question
	Recheck    Lifespan          `yaml:"recheck"` // how long what the directory said of somebody holds
	Filter     Optional          `yaml:"filter"`
	GroupDN    Optional          `yaml:"group_dn"`
	AdminGroup Optional          `yaml:"admin_group"`
	Fields     map[string]string `yaml:"fields"`
}

// Email is how notices are sent, if SMTPHost is set.
type Email struct {
	EmailFrom    Optional `yaml:"email_from"`
	SMTPHost     Optional `yaml:"email_smtp_host"`
	SMTPPort     Port     `yaml:"email_smtp_port"`
	SMTPTLS      bool     `yaml:"email_smtp_tls"`
	SMTPUser     Optional `yaml:"email_smtp_user"`
	SMTPPassword Optional `yaml:"email_smtp_password"`
}

// Etcd is where processes report to with status_policy etcd.
type Etcd struct {
	EtcdPrefix string   `yaml:"etcd_prefix"`
	EtcdHost   Optional `yaml:"etcd_host"`
	EtcdPort   Port     `yaml:"etcd_port"`
}

// Guest is how people without an account of the system are let in.
type Guest struct {
	GuestAllow     bool     `yaml:"guest_allow"`
	GuestBind      Optional `yaml:"guest_bind"`
	GuestAllowRoot bool     `yaml:"guest_allow_root"`
	GuestHomeRoot  Optional `yaml:"guest_home_root"`
}

// FTP is the ftp section.
type FTP struct {
	Listen         Optional `yaml:"listen"`
	Port           Port     `yaml:"port"`
	Quota          Size     `yaml:"quota"`
	PublicEndpoint Optional `yaml:"public_endpoint"`
}
