package config

import (
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestOriginalFileLoads(t *testing.T) {
	c, err := Load("testdata/original.ini", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Check(); err != nil {
		t.Errorf("Check: %v", err)
	}
	if c.StatusPolicy != "" || c.LDAPPort != 0 || c.InfluxHost != "" || c.FTP.Quota != 40e9 {
		t.Errorf("None or a size was misread: %+v", c)
	}
	if time.Duration(c.MaxLifespan) != 7*24*time.Hour || c.ExecutorNames()[0] != "docker" {
		t.Errorf("maxlifespan %v, executors %v", c.MaxLifespan, c.ExecutorNames())
	}
	want := []string{"plugins_dir", "mongo_url", "mongo_db", "redis_host", "redis_port", "docker_url", "cadvisor_url_part"}
	got := strings.Join(c.Warnings(), "\n")
	for _, w := range want {
		if !strings.Contains(got, w) {
			t.Errorf("no warning names %s:\n%s", w, got)
		}
	}
	var docker struct {
		URL        string `yaml:"url"`
		APIVersion string `yaml:"api_version"`
	}
	if err := c.Section("docker")(&docker); err != nil || docker.URL != "tcp://127.0.0.1:2376" || docker.APIVersion != "1.40" {
		t.Errorf("docker section = %+v, %v", docker, err)
	}
}

func TestMistakesAreNamed(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"shared_dirr: /x", `go-d.ini line 1: unknown key "shared_dirr"; did you mean "shared_dir"?`},
		{"allow_root: true\n\ndefaults_cpu: many", `go-d.ini line 3: defaults_cpu: want a number, got many`},
		{"volumes:\n  - name: a\n    pth: /b", `go-d.ini line 3: unknown key "pth" in volumes[0]; did you mean "path"?`},
		{"ftp:\n  prot: 2121", `go-d.ini line 2: unknown key "prot" in ftp; did you mean "port"?`},
		{"allow_root: true\nallow_root: false", "already"},
		{"maxlifespan: soon", `want a length of time such as 7d, 12h, 30m or 20s, got "soon"`},
		{"task_dir_mode: 9", "want permissions in octal"},
		{"docker: yes", "docker is a section"},
		{"just words", "want keys and values"},
		{"ftp:\n  quota: lots", `want a size such as`},
		{"etcd_port: 70000", "want a port between 0 and 65535"},
		{"a: [", "line"},
	} {
		if _, err := Parse("go-d.ini", []byte(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Parse(%q) = %v; want %q", tt.text, err, tt.want)
		}
	}
}

// All mistakes come at once, each with where it is, and none twice.
func TestAllMistakesAtOnce(t *testing.T) {
	path := t.TempDir() + "/go-d.ini"
	text := "shared_dir: /s\nsecret_passphrase: [a]\nblah: 1\nmax_array: -1\nimages:\n  allow: ['docker.io/**']\n  deny:\n    - 'docker.io/bad/*'\n    - ':bad:'\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(path, []string{"GODOCKER_LISTEN=nowhere"})
	if err == nil || c == nil {
		t.Fatalf("Load: %v, %v", c, err)
	}
	got := err.Error() + "\n" + c.Check().Error()
	for _, want := range []string{"go-d.ini line 2: secret_passphrase: ", `go-d.ini line 3: unknown key "blah"`, "go-d.ini line 4: max_array: want 0 or more", "go-d.ini line 9: images.deny[1]: ",
		"environment variable GODOCKER_LISTEN: listen: want an address"} {
		if strings.Count(got, want) != 1 {
			t.Errorf("%q is not once in:\n%s", want, got)
		}
	}
	if n := strings.Count(got, "\n"); n != 4 {
		t.Errorf("%d lines, want 5:\n%s", n+1, got)
	}
}

func TestUnknownKeyInPluginSection(t *testing.T) {
	c, err := Parse("go-d.ini", []byte("fake:\n  nodes: 2\n  nodez: 3\n"))
	if err != nil {
		t.Fatal(err)
	}
	var into struct {
		Nodes int `yaml:"nodes"`
	}
	if err := c.Section("fake")(&into); err == nil || !strings.Contains(err.Error(), `line 3: unknown key "nodez" in fake; did you mean "nodes"?`) {
		t.Fatalf("err = %v", err)
	}
}

func TestEnvironmentOverridesTheFile(t *testing.T) {
	path := t.TempDir() + "/go-d.ini"
	if err := os.WriteFile(path, []byte("shared_dir: /a\ndocker: {url: x}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(path, []string{"GODOCKER_SHARED_DIR=/b", "GODOCKER_EXECUTOR=fake,docker", "GODOCKER_DOCKER_URL=unix:///y",
		"GODOCKER_DOCKER_TLS=1", "GODOCKER_EMAIL_SMTP_PORT=587", "GODOCKER_APIKEY=other", "GODOCKER_FTP_PORT=21"})
	if err != nil {
		t.Fatal(err)
	}
	var docker struct {
		URL string `yaml:"url"`
		TLS bool   `yaml:"tls"`
	}
	if err := c.Section("docker")(&docker); err != nil || docker.URL != "unix:///y" || !docker.TLS {
		t.Errorf("docker = %+v, %v", docker, err)
	}
	if c.SharedDir != "/b" || len(c.Executors) != 2 || c.SMTPPort != 587 || c.FTP.Port != 21 {
		t.Errorf("overrides were lost: %+v", c)
	}
	if _, err := Load(path, []string{"GODOCKER_ETCD_PORT=x"}); err == nil || !strings.Contains(err.Error(), "GODOCKER_ETCD_PORT") {
		t.Errorf("err = %v, want it to name the variable", err)
	}
}

func TestWeakPassphraseIsRefused(t *testing.T) {
	for _, p := range []string{"", "mysamplesecret", "short"} {
		c := Defaults()
		c.SharedDir, c.SecretPassphrase = "/srv", p
		if err := c.Check(); err == nil || !strings.Contains(err.Error(), "secret_passphrase") {
			t.Errorf("Check with passphrase %q = %v", p, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("shared_dir: /x\nvolumes: [{name: a}]")
	f.Add("docker_url: x\ndocker: {}")
	f.Fuzz(func(t *testing.T, text string) {
		if c, err := Parse("f", []byte(text)); err == nil {
			_ = c.Check()
		}
	})
}

func TestWebPort(t *testing.T) {
	for _, c := range []struct {
		w    WebPort
		want string
	}{
		{WebPort{}, ""},
		{WebPort{Listen: ":6546"}, "http://god:6546"},
		{WebPort{Listen: ":80"}, "http://god"},
		{WebPort{Listen: "127.0.0.1:6546", PublicEndpoint: "https://Tasks.Example.org/"}, "https://tasks.example.org"},
		{WebPort{Listen: ":6546", Domain: "tasks.localhost"}, "http://7.tasks.localhost:6546"},
		{WebPort{Listen: ":6546", Domain: "tasks.example.org", PublicEndpoint: "https://tasks.example.org:443"}, "https://7.tasks.example.org"},
		{WebPort{Listen: ":6546", Domain: "tasks.example.org", PublicEndpoint: "https://tasks.example.org:8443"}, "https://7.tasks.example.org:8443"},
	} {
		if got := c.w.Origin("7", "god"); got != c.want {
			t.Errorf("%+v is at %q, want %q", c.w, got, c.want)
		}
	}
	if got := (WebPort{Listen: ":6546"}).Origin("7", "::1"); got != "http://[::1]:6546" {
		t.Errorf("by an address it is at %q", got)
	}
	for text, want := range map[string]string{
		"web_port: {domain: tasks.example.org}":                                                         "web_port.listen: is missing",
		"web_port: {listen: here}":                                                                      "web_port.listen: want an address and a port",
		"web_port: {listen: ':99999'}":                                                                  "web_port.listen: want an address and a port",
		"web_port: {listen: ':1', domain: Tasks}":                                                       "web_port.domain: want a domain",
		"web_port: {listen: ':1', domain: 'a..b'}":                                                      "web_port.domain: want a domain",
		"web_endpoint: https://god.x.org\nweb_port: {listen: ':1', domain: x.org}":                      "web_port.domain: want a domain that the page is not in",
		"web_port: {listen: ':1', public_endpoint: 'https://x.org'}":                                    "web_endpoint: is missing",
		"web_endpoint: https://god.x.org\nweb_port: {listen: ':1', public_endpoint: 'x.org'}":           "web_port.public_endpoint: want a scheme, a host and a port such as https://god.example.org:6546",
		"web_endpoint: https://god.x.org\nweb_port: {listen: ':1', public_endpoint: 'https://x.org/y'}": "web_port.public_endpoint",
		"web_port: {listen: ':1', domain: tasks.x.org, public_endpoint: 'https://x.org'}":               "such as https://tasks.x.org",
		"web_port: {listn: ':1'}":                                                                       "listn",
	} {
		c, err := Parse("go-d.ini", []byte(text))
		if err == nil {
			err = c.Check()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

func TestEveryKeyIsDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	for key := range fieldsOf(reflect.ValueOf(Defaults()).Elem()) {
		if !strings.Contains(string(text), "`"+key+"`") {
			t.Errorf("docs/configuration.md does not name %s", key)
		}
	}
}

func TestDirectory(t *testing.T) {
	c, err := Parse("go-d.ini", []byte("auth_policy: goauth\nldap_host: h\nldap_port: None\nldap_dn: dc=x\nldap_admin_dn: None\nldap:\n  ssl: False\n  insecure: true\n  timeout: 2m\n  fields: {mail: email}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.override([]string{"GODOCKER_LDAP_HOST=other", "GODOCKER_LDAP_SSL=1", "GODOCKER_LDAP_ADMIN_PASSWORD=p w"}); err != nil {
		t.Fatal(err)
	}
	section, err := c.AuthSection()
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Host     string `yaml:"ldap_host"`
		Port     int    `yaml:"ldap_port"`
		DN       string `yaml:"ldap_dn"`
		Base     string `yaml:"ldap_base_dn_filter"`
		Admin    string `yaml:"ldap_admin_dn"`
		Password string `yaml:"ldap_admin_password"`
		Options  struct {
			SSL      bool              `yaml:"ssl"`
			StartTLS bool              `yaml:"start_tls"`
			CACert   string            `yaml:"ca_cert"`
			Insecure bool              `yaml:"insecure"`
			Timeout  time.Duration     `yaml:"timeout"`
			Recheck  time.Duration     `yaml:"recheck"`
			Filter   string            `yaml:"filter"`
			Groups   string            `yaml:"group_dn"`
			Admins   string            `yaml:"admin_group"`
			Fields   map[string]string `yaml:"fields"`
		} `yaml:"ldap"`
	}
	if err := section(&got); err != nil {
		t.Fatal(err)
	}
	if o := got.Options; got.Host != "other" || got.Port != 0 || got.DN != "dc=x" || got.Base != "ou=People" || got.Admin != "" || got.Password != "p w" ||
		!o.SSL || !o.Insecure || o.Timeout != 2*time.Minute || o.Recheck != 5*time.Minute || o.Fields["mail"] != "email" {
		t.Errorf("the plug-in gets %+v", got)
	}
	if text := strings.Join(c.Warnings(), "\n"); !strings.Contains(text, "ldap.insecure") {
		t.Errorf("no warning of ldap.insecure: %q", text)
	}
	c.AuthPolicy = "local"
	if section, err := c.AuthSection(); section != nil || err != nil {
		t.Error("the directory's keys go to another plug-in")
	}
}

func TestProxies(t *testing.T) {
	base := "shared_dir: /s\nsecret_passphrase: 0123456789abcdef0123\n"
	for text, want := range map[string]string{
		"allow_proxy_remote_user: true":                                                           "allow_proxy_remote_user: needs proxy_addresses",
		"allow_proxy_remote_user: true\nproxy_addresses: [10.0.0.1, \"fd00::/8\"]":                "",
		"proxy_addresses: [10.0.0.1/33]":                                                          "proxy_addresses[0]: want an address",
		"proxy_addresses: [10.0.0.1, 0.0.0.0/0]":                                                  "proxy_addresses[1]: want an address",
		"proxy_addresses: [proxy.example.org]":                                                    "proxy_addresses[0]: want an address",
		"allow_proxy_remote_user: true\nproxy_addresses: [\"::1\"]\nproxy_user_header: Cookie":    "proxy_user_header: want",
		"allow_proxy_remote_user: true\nproxy_addresses: [\"::1\"]\nproxy_user_header: \"A: b\"":  "proxy_user_header: want",
		"allow_proxy_remote_user: true\nproxy_addresses: [\"::1\"]\nproxy_user_header: X_User":    "proxy_user_header: want",
		"allow_proxy_remote_user: true\nproxy_addresses: [\"::1\"]\nproxy_user_header: X-My-User": "",
	} {
		c, err := Parse("go-d.ini", []byte(base+text))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Check(); want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v; want %q", text, err, want)
		}
	}
}
