package ldap_test

import (
	"errors"
	"fmt"
	"io"
	stdlog "log"
	"log/slog"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"godocker"
	"godocker/auth"
	"godocker/auth/authtest"
	"godocker/auth/ldap"
	"godocker/plugin"

	goldap "github.com/go-ldap/ldap/v3"
)

// A server is a real slapd.
type server struct {
	*testing.T
	dir         string
	port, other int // ldap, ldaps
}

const (
	root   = "dc=example,dc=org"
	people = "ou=People," + root
)

// common is the directory of the tests that do not change it.
var common *server

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "slapd-")
	if err != nil {
		panic(err)
	}
	common = &server{dir: filepath.Join(dir, "slapd")}
	code := m.Run()
	if common.port != 0 {
		_ = exec.Command("../../test/backends/ldap/down.sh", common.dir).Run()
	}
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// start returns a directory that the test may change.
func start(t *testing.T) *server {
	t.Helper()
	s := &server{T: t, dir: filepath.Join(t.TempDir(), "slapd"), port: freePort(t), other: freePort(t)}
	t.Cleanup(func() { s.script("down.sh") })
	s.up()
	return s
}

// shared returns the common directory.
func shared(t *testing.T) *server {
	t.Helper()
	s := &server{T: t, dir: common.dir, port: common.port, other: common.other}
	if s.port == 0 {
		s.port, s.other = freePort(t), freePort(t)
		s.up()
		common.port, common.other = s.port, s.other
	}
	return s
}

func (s *server) up()   { s.Helper(); s.script("up.sh", fmt.Sprint(s.port), fmt.Sprint(s.other)) }
func (s *server) stop() { s.Helper(); s.script("down.sh", "keep") }

func (s *server) script(name string, args ...string) {
	s.Helper()
	if out, err := exec.Command("../../test/backends/ldap/"+name, append([]string{s.dir}, args...)...).CombinedOutput(); err != nil {
		s.Fatalf("%s: %v\n%s", name, err, out)
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// conf searches as the administrator over StartTLS.
func (s *server) conf(change ...func(*ldap.Config)) ldap.Config {
	c := ldap.Config{Host: "127.0.0.1", Port: s.port, DN: root, BaseDNFilter: "ou=People", AdminDN: "cn=admin," + root, AdminPassword: "admin-pw",
		Options: ldap.Options{StartTLS: true, CACert: filepath.Join(s.dir, "ca.pem"), Timeout: 20 * time.Second}}
	for _, f := range change {
		f(&c)
	}
	return c
}

func open(t *testing.T, c ldap.Config, log ...*slog.Logger) auth.Directory {
	t.Helper()
	env := plugin.Env{}
	if len(log) > 0 {
		env.Log = log[0]
	}
	a, err := ldap.New(t.Context(), env, c)
	if err != nil {
		t.Fatal(err)
	}
	return a.(auth.Directory)
}

func byDN(c *ldap.Config)  { c.AdminDN, c.AdminPassword = "", "" }
func plain(c *ldap.Config) { c.Options.StartTLS, c.Options.CACert = false, "" }
func (s *server) ldaps(c *ldap.Config) {
	c.Options.StartTLS, c.Options.SSL, c.Port = false, true, s.other
}

func TestConformance(t *testing.T) {
	s := shared(t)
	for name, change := range map[string][]func(*ldap.Config){
		"search, StartTLS": {}, "search, ldaps": {s.ldaps}, "by DN, StartTLS": {byDN}, "by DN, ldaps": {byDN, s.ldaps}, "by DN, plain": {byDN, plain},
		"by name": {func(c *ldap.Config) { c.Host = "localhost" }},
	} {
		t.Run(name, func(t *testing.T) {
			authtest.Run(t, authtest.Harness{User: "lalice", Password: "pw-lalice",
				New: func(t *testing.T) auth.Authenticator { return open(t, s.conf(change...)) }})
		})
	}
}

func TestFacts(t *testing.T) {
	s := shared(t)
	want := godocker.User{ID: "lalice", UID: 4201, GID: 4201, Groups: []int{4300, 4301}, Email: "lalice@example.org", Home: "/home/lalice",
		Active: true, Source: "ldap", Priority: godocker.DefaultPriority}
	for _, who := range []string{"lalice", "LAlice", " lalice "} { // which the directory takes for the same
		for name, a := range map[string]auth.Directory{"search": open(t, s.conf()), "by DN": open(t, s.conf(byDN))} {
			got, err := a.Login(t.Context(), who, "pw-lalice")
			if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s: Login of %q = %+v, %v", name, who, got, err)
			}
		}
	}
	for group, admin := range map[string]bool{"plain": true, "cn=OPS, ou=groups," + root: true, "lab": true, "nothing": false, "cn=ops," + root: false} {
		got, err := open(t, s.conf(func(c *ldap.Config) { c.Options.AdminGroup = group })).Lookup(t.Context(), "lalice")
		if err != nil || got.Admin != admin {
			t.Errorf("with the admin group %s: %+v, %v", group, got, err)
		}
	}
	named := open(t, s.conf(func(c *ldap.Config) {
		c.Options.Fields = map[string]string{"id": "sn", "homeDirectory": "cn", "email": "userid"}
		c.Options.GroupDN = "cn=lab,ou=groups," + root
	}))
	got, err := named.Lookup(t.Context(), "lbob")
	if err != nil || got.ID != "lbob" || got.Home != "lbob" || got.UID != 4202 || !slices.Equal(got.Groups, []int{4300}) {
		t.Errorf("with other fields: %+v, %v", got, err)
	}
}

// What people type never becomes part of a filter or of a DN.
func TestHostileNames(t *testing.T) {
	s := shared(t)
	const odd = "o,d=d+(x)*"
	for name, a := range map[string]auth.Directory{"search": open(t, s.conf()), "by DN": open(t, s.conf(byDN))} {
		got, err := a.Login(t.Context(), odd, "pw-"+odd)
		if err != nil || got.ID != odd || got.UID != 4206 {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		for _, who := range []string{"*", "lal*", "lalice)(uid=*", "*)(|(uid=lalice", "lalice,ou=People", "lalice+cn=lalice", "lalice\x00", "\\6c\\61lice", "#", "\xff\xfe",
			"uid=lalice," + people, strings.Repeat("x", 10_000)} {
			if got, err := a.Login(t.Context(), who, "pw-lalice"); !errors.Is(err, godocker.Unauthorized) {
				t.Errorf("%s: Login of %.40q = %+v, %v", name, who, got, err)
			}
			if got, err := a.Lookup(t.Context(), who); !errors.Is(err, godocker.NotFound) {
				t.Errorf("%s: Lookup of %.40q = %+v, %v", name, who, got, err)
			}
		}
	}
}

func TestWhoIsKeptOut(t *testing.T) {
	s := shared(t)
	for name, a := range map[string]auth.Directory{"search": open(t, s.conf()), "by DN": open(t, s.conf(byDN))} {
		if _, err := a.Login(t.Context(), "lexpired", "pw-lexpired"); !errors.Is(err, godocker.Unauthorized) {
			t.Errorf("%s: an account that expired: %v", name, err)
		}
		if got, err := a.Lookup(t.Context(), "lexpired"); err != nil || got.Active {
			t.Errorf("%s: an account that expired: %+v, %v", name, got, err)
		}
		if got, err := a.Lookup(t.Context(), "lroot"); err != nil || got.UID != 0 {
			t.Errorf("%s: uid 0: %+v, %v", name, got, err) // which internal/account refuses
		}
	}
	a := open(t, s.conf(func(c *ldap.Config) { c.Options.Filter = "(!(uid=lbob))" }))
	if _, err := a.Login(t.Context(), "lbob", "pw-lbob"); !errors.Is(err, godocker.Unauthorized) {
		t.Errorf("somebody whom the filter leaves out: %v", err)
	}
	// A directory that shows nobody says nothing about anybody.
	for _, c := range []ldap.Config{
		s.conf(byDN, func(c *ldap.Config) { c.BaseDNFilter = "ou=hidden" }),
		s.conf(func(c *ldap.Config) { c.BaseDNFilter = "ou=groups" }),
		s.conf(func(c *ldap.Config) { c.BaseDNFilter = "ou=nothing" }),
		s.conf(func(c *ldap.Config) { c.Options.Filter = "(uid=nobody)" }),
	} {
		if _, err := open(t, c).Lookup(t.Context(), "lalice"); !errors.Is(err, godocker.Unavailable) {
			t.Errorf("below %s: %v", c.BaseDNFilter, err)
		}
	}
	hidden := open(t, s.conf(byDN, func(c *ldap.Config) { c.BaseDNFilter = "ou=hidden" }))
	if got, err := hidden.Login(t.Context(), "lhidden", "pw-lhidden"); err != nil || got.UID != 4208 {
		t.Errorf("an entry that only its owner reads: %+v, %v", got, err)
	}
}

func TestCertificateIsChecked(t *testing.T) {
	s := shared(t)
	wrong := func(c *ldap.Config) { c.Options.CACert = filepath.Join(s.dir, "other.pem") }
	system := func(c *ldap.Config) { c.Options.CACert = "" }
	insecure := func(c *ldap.Config) { c.Options.Insecure = true }
	otherName := func(c *ldap.Config) { c.Host = "127.0.0.2" } // the server does not listen there, and has no certificate for it
	for name, tt := range map[string]struct {
		change []func(*ldap.Config)
		ok     bool
	}{
		"another authority":        {[]func(*ldap.Config){wrong}, false},
		"another authority, ldaps": {[]func(*ldap.Config){s.ldaps, wrong}, false},
		"unknown authority":        {[]func(*ldap.Config){system}, false},
		"unknown authority, ldaps": {[]func(*ldap.Config){s.ldaps, system}, false},
		"another name":             {[]func(*ldap.Config){otherName}, false},
		"insecure":                 {[]func(*ldap.Config){wrong, insecure}, true},
		"insecure, ldaps":          {[]func(*ldap.Config){s.ldaps, wrong, insecure}, true},
	} {
		_, err := open(t, s.conf(tt.change...)).Login(t.Context(), "lalice", "pw-lalice")
		if tt.ok && err != nil || !tt.ok && !errors.Is(err, godocker.Unavailable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestConfiguration(t *testing.T) {
	good := func(change func(*ldap.Config)) ldap.Config {
		c := ldap.Config{Host: "ldap.example.org", DN: root, BaseDNFilter: "ou=People", Options: ldap.Options{SSL: true}}
		change(&c)
		return c
	}
	noPEM := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(noPEM, []byte("none"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*ldap.Config){
		"":                          func(*ldap.Config) {},
		"ldap_host and ldap_dn":     func(c *ldap.Config) { c.DN = "" },
		"ldap_dn: want a DN":        func(c *ldap.Config) { c.DN, c.BaseDNFilter = "example", "" },
		"want both or neither":      func(c *ldap.Config) { c.AdminDN = "cn=admin" },
		"ldap.filter: want":         func(c *ldap.Config) { c.Options.Filter = "(uid=" },
		"there is no \"shoe\"":      func(c *ldap.Config) { c.Options.Fields = map[string]string{"shoe": "size"} },
		"ldap.fields.uid: want":     func(c *ldap.Config) { c.Options.Fields = map[string]string{"uid": "a)(b"} },
		"want one of them\n":        func(c *ldap.Config) { c.Options.StartTLS = true },
		"in the clear":              func(c *ldap.Config) { c.Options.SSL = false },
		"want certificates in PEM":  func(c *ldap.Config) { c.Options.CACert = noPEM },
		"ldap.ca_cert: open /nowhe": func(c *ldap.Config) { c.Options.CACert = "/nowhere" },
	} {
		_, err := ldap.New(t.Context(), plugin.Env{}, good(change))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error()+"\n", want)) {
			t.Errorf("want an error with %q, got %v", want, err)
		}
	}
}

// texts is a log to look at.
type texts struct {
	mu sync.Mutex
	b  strings.Builder
}

func (w *texts) Write(b []byte) (int, error) { w.mu.Lock(); defer w.mu.Unlock(); return w.b.Write(b) }
func (w *texts) String() string              { w.mu.Lock(); defer w.mu.Unlock(); return w.b.String() }

// A directory that is away is not a wrong password, and nobody has to start this
// server again when it is back.
func TestDirectoryIsStoppedAndStarted(t *testing.T) {
	s := start(t)
	var log texts
	a := open(t, s.conf(), slog.New(slog.NewTextHandler(&log, nil)))
	login := func(password string) error { _, err := a.Login(t.Context(), "lalice", password); return err }
	for range 3 {
		if err := login("pw-lalice"); err != nil {
			t.Fatal(err)
		}
		s.stop()
		for _, password := range []string{"pw-lalice", "wrong"} {
			err := login(password)
			if !errors.Is(err, godocker.Unavailable) || strings.Contains(err.Error(), "admin") {
				t.Fatalf("without a directory: %v", err)
			}
		}
		s.up()
	}
	if err := login("wrong"); !errors.Is(err, godocker.Unauthorized) {
		t.Errorf("back again: %v", err)
	}
	text := log.String()
	if n := strings.Count(text, "cannot be asked"); n != 3 || strings.Count(text, "answers again") != 3 || strings.Contains(text, "pw-") || strings.Contains(text, "admin-pw") {
		t.Errorf("the log says:\n%s", text)
	}
	// A second server stands in for the first.
	second := open(t, s.conf(func(c *ldap.Config) { c.Host = "127.0.0.2, 127.0.0.1" }))
	if _, err := second.Login(t.Context(), "lalice", "pw-lalice"); err != nil {
		t.Errorf("by the second server: %v", err)
	}
}

// While a directory is away, the log tells when the cause is another one: it is back, and
// its certificate is not right.
func TestAnotherCauseIsTold(t *testing.T) {
	port := freePort(t)
	var log texts
	s := &server{T: t, dir: shared(t).dir, port: port, other: port}
	a := open(t, s.conf(s.ldaps), slog.New(slog.NewTextHandler(&log, nil)))
	for _, want := range []int{1, 1} {
		if _, err := a.Login(t.Context(), "lalice", "x"); !errors.Is(err, godocker.Unavailable) || strings.Count(log.String(), "cannot be asked") != want {
			t.Fatalf("%v; the log says:\n%s", err, log.String())
		}
	}
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		t.Fatal(err)
	}
	other := httptest.NewUnstartedServer(nil)
	other.Listener, other.Config.ErrorLog = l, stdlog.New(io.Discard, "", 0)
	other.StartTLS()
	t.Cleanup(other.Close)
	for range 2 {
		if _, err := a.Login(t.Context(), "lalice", "x"); !errors.Is(err, godocker.Unavailable) {
			t.Fatal(err)
		}
	}
	if text := log.String(); strings.Count(text, "connection refused") != 1 || strings.Count(text, "unknown authority") != 1 {
		t.Errorf("the log says:\n%s", text)
	}
}

// A server that takes connections and says nothing holds nobody for longer than the
// limit, however many ask.
func TestSilentDirectory(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	silent := func(c *ldap.Config) {
		c.Port, c.Options.Timeout, c.Options.CACert = l.Addr().(*net.TCPAddr).Port, 50*time.Millisecond, ""
	}
	var s server
	for name, change := range map[string]func(*ldap.Config){
		"StartTLS": func(*ldap.Config) {}, "plain": plain, "by DN": func(c *ldap.Config) { plain(c); byDN(c) },
		"ldaps": func(c *ldap.Config) { c.Options.StartTLS, c.Options.SSL = false, true },
	} {
		t.Run(name, func(t *testing.T) {
			a := open(t, s.conf(silent, change))
			var wg sync.WaitGroup
			for range 30 {
				wg.Go(func() {
					if _, err := a.Login(t.Context(), "lalice", "pw-lalice"); !errors.Is(err, godocker.Unavailable) {
						t.Errorf("Login: %v", err)
					}
					if _, err := a.Lookup(t.Context(), "lalice"); !errors.Is(err, godocker.Unavailable) {
						t.Errorf("Lookup: %v", err)
					}
				})
			}
			wg.Wait()
		})
	}
}

// Many share the few connections, and each gets the right answer.
func TestManyAtOnce(t *testing.T) {
	s := shared(t)
	a := open(t, s.conf(plain))
	var wg sync.WaitGroup
	for i := range 200 {
		who := []string{"lalice", "lbob"}[i%2]
		wg.Go(func() {
			u, err := a.Login(t.Context(), who, "pw-"+who)
			if err != nil || u.ID != who || u.UID != 4201+i%2 {
				t.Errorf("%s: %+v, %v", who, u, err)
			}
			if _, err := a.Login(t.Context(), who, "pw-other"); !errors.Is(err, godocker.Unauthorized) {
				t.Errorf("%s with a wrong password: %v", who, err)
			}
		})
	}
	wg.Wait()
}

// lgone is nobody's in the other tests.
func TestVanished(t *testing.T) {
	s := shared(t)
	a := open(t, s.conf())
	if _, err := a.Lookup(t.Context(), "lgone"); err != nil {
		t.Fatal(err)
	}
	l, err := goldap.DialURL(fmt.Sprintf("ldap://127.0.0.1:%d", s.port))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := errors.Join(l.Bind("cn=admin,"+root, "admin-pw"), l.Del(goldap.NewDelRequest("uid=lgone,"+people, nil))); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Lookup(t.Context(), "lgone"); !errors.Is(err, godocker.NotFound) {
		t.Errorf("Lookup: %v", err)
	}
	if _, err := a.Login(t.Context(), "lgone", "pw-lgone"); !errors.Is(err, godocker.Unauthorized) {
		t.Errorf("Login: %v", err)
	}
}
