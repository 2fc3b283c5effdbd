package config

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// overrides maps environment variables, without GODOCKER_, to the keys they set.
// A dot leads into a section.
var overrides = map[string]string{
	"SHARED_DIR": "shared_dir", "DATA_DIR": "data_dir", "DATABASE": "database", "LISTEN": "listen",
	"SECRET_PASSPHRASE": "secret_passphrase",
	"INFLUXDB_HOST":     "influxdb_host", "INFLUXDB_PORT": "influxdb_port", "INFLUXDB_USER": "influxdb_user",
	"INFLUXDB_PASSWORD": "influxdb_password", "INFLUXDB_DB": "influxdb_db",
	"EXECUTOR": "executors", "SCHEDULER_POLICY": "scheduler_policy", "AUTH_POLICY": "auth_policy",
	"STATUS_POLICY": "status_policy", "PROMETHEUS_EXPORTER": "prometheus_exporter", "WEB_ENDPOINT": "web_endpoint",
	"MESOS_MASTER": "mesos.master", "KUBE_SERVER": "kube_server", "KUBE_TOKEN": "kube_token",
	"DOCKER_URL": "docker.url", "DOCKER_TLS": "docker.tls", "DOCKER_CA_CERT": "docker.ca_cert",
	"DOCKER_CLIENT_CERT": "docker.client_cert", "DOCKER_CLIENT_KEY": "docker.client_key",
	"LDAP_HOST": "ldap_host", "LDAP_PORT": "ldap_port", "LDAP_DN": "ldap_dn",
	"LDAP_BASE_DN_FILTER": "ldap_base_dn_filter", "LDAP_SSL": "ldap.ssl",
	"LDAP_ADMIN_DN": "ldap_admin_dn", "LDAP_ADMIN_PASSWORD": "ldap_admin_password",
	"LDAP_START_TLS": "ldap.start_tls", "LDAP_CA_CERT": "ldap.ca_cert",
	"WATCHERS": "watchers", "CADVISOR_PORT": "cadvisor_port",
	"EMAIL_FROM": "email_from", "EMAIL_SMTP_TLS": "email_smtp_tls", "EMAIL_SMTP_USER": "email_smtp_user",
	"EMAIL_SMTP_PASSWORD": "email_smtp_password", "EMAIL_SMTP_HOST": "email_smtp_host", "EMAIL_SMTP_PORT": "email_smtp_port",
	"ETCD_PREFIX": "etcd_prefix", "ETCD_HOST": "etcd_host", "ETCD_PORT": "etcd_port",
	"FTP_LISTEN": "ftp.listen", "FTP_PUBLIC_ENDPOINT": "ftp.public_endpoint", "FTP_PORT": "ftp.port",
}

// override applies the GODOCKER_ variables of an environment. Others of that
// prefix belong to clients and are none of its business.
func (c *Config) override(environ []string) error {
	var errs []error
	for _, kv := range environ {
		name, value, _ := strings.Cut(kv, "=")
		short, ours := strings.CutPrefix(name, "GODOCKER_")
		key, known := overrides[short]
		if !ours || !known {
			continue
		}
		if err := c.set(key, value); err != nil {
			errs = append(errs, fmt.Errorf("environment variable %s: %w", name, err))
		} else {
			c.places.set(name, key)
		}
	}
	return errors.Join(errs...)
}

// switches are the keys that variables set with 1 and 0.
var switches = []string{"docker.tls", "ldap.ssl", "ldap.start_tls", "email_smtp_tls"}

func (c *Config) set(key, value string) error {
	node := &yaml.Node{Kind: yaml.ScalarNode, Value: value}
	switch {
	case slices.Contains(switches, key):
		on := value == "1" || strings.EqualFold(value, "true")
		node.Value, node.Tag = fmt.Sprint(on), "!!bool"
	case key == "executors" || key == "watchers":
		node = &yaml.Node{Kind: yaml.SequenceNode}
		for v := range strings.SplitSeq(value, ",") {
			if v = strings.TrimSpace(v); v != "" {
				node.Content = append(node.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: v})
			}
		}
	}
	section, inner, nested := strings.Cut(key, ".")
	if nested && slices.Contains(pluginSections, section) {
		return c.setInSection(section, inner, node)
	}
	field := fieldsOf(reflect.ValueOf(c).Elem())[section]
	if nested {
		field = fieldsOf(field)[inner]
	}
	if err := node.Decode(field.Addr().Interface()); err != nil {
		_, why := explain(0, err)
		return errors.New(why)
	}
	return nil
}

func (c *Config) setInSection(section, key string, value *yaml.Node) error {
	if c.sections == nil {
		c.sections = sections{}
	}
	n := c.sections[section]
	if n == nil || n.Kind != yaml.MappingNode {
		n = &yaml.Node{Kind: yaml.MappingNode}
		c.sections[section] = n
	}
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			n.Content[i+1] = value
			return nil
		}
	}
	n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key}, value)
	return nil
}
