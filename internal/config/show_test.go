package config

import (
	"strings"
	"testing"
)

func TestSettingsTellNoSecrets(t *testing.T) {
	c, err := Parse("go-d.ini", []byte(`
shared_dir: /srv/god
secret_passphrase: sesame-1
prometheus_key: sesame-2
database: postgres://god:sesame-3@db.example.org/god
ldap_admin_password: sesame-4
email_smtp_password: sesame-5
log_config: {handlers: {mail: {credentials: [god, sesame-6], token: {deep: sesame-7}}}}
placement: {dsn: "host=db password='sesame-8' user=god"}
docker: {url: "tcp://god:sesame-9@node1:2376"}
`))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]Setting{}
	for _, s := range c.Settings() {
		if strings.Contains(s.Value, "sesame") {
			t.Errorf("%s tells %q", s.Key, s.Value)
		}
		got[s.Key] = s
	}
	for key, want := range map[string]Setting{
		"shared_dir":        {Key: "shared_dir", Value: "/srv/god", Place: "go-d.ini line 2"},
		"secret_passphrase": {Key: "secret_passphrase", Place: "go-d.ini line 3", Secret: true},
		"database":          {Key: "database", Value: "postgres://god:(hidden)@db.example.org/god", Place: "go-d.ini line 5"},
		"clean_old":         {Key: "clean_old", Value: "30"},
	} {
		if got[key] != want {
			t.Errorf("%s: %+v, want %+v", key, got[key], want)
		}
	}
	if v := got["placement"].Value; !strings.Contains(v, Hidden) || !strings.Contains(v, "user=god") {
		t.Errorf("placement: %q", v)
	}
}
