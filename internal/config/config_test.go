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
