package chaos

import (
	"database/sql"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver pgx

	"godocker/api"
	"godocker/test/daemon"
)

// database makes an empty database on a PostgreSQL server and returns its URL.
func database(t *testing.T, server string) string {
	t.Helper()
	db, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	name := strings.ReplaceAll(daemon.Name("chaos"), "-", "_")
	if _, err := db.Exec("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if db, err := sql.Open("pgx", server); err == nil {
			_, _ = db.Exec("DROP DATABASE " + name + " WITH (FORCE)")
			db.Close()
		}
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// pair makes two processes of one installation, each with all roles.
func pair(t *testing.T, config string) (a, b *daemon.Server) {
	t.Helper()
	cluster := daemon.Name("chaos")
	a = install(t, daemon.Options{Cluster: cluster, Config: config, Env: []string{"GOD_PROCID=1"}})
	b = install(t, daemon.Options{Cluster: cluster, Config: config, Env: []string{"GOD_PROCID=2"},
		Shared: filepath.Join(a.Dir, "shared"), Beside: a})
	return a, b
}

// TestTwoServers kills either of two servers that share a database, and the leading
// one until the other leads.
func TestTwoServers(t *testing.T) {
	db := database(t, os.Getenv("GODOCKER_TEST_POSTGRES"))
	data := dataFolder(t)
	a, b := pair(t, onDocker(data, "")+fmt.Sprintf("database: %q\n", db))
	noneLeft(t, a.Cluster, "")
	rng := seeded(t)
	start(t, a)
	start(t, b)
	l := &load{servers: []*daemon.Server{a, b}, workers: 4, most: 150, pause: 800 * time.Millisecond, task: writesItsName}
	l.begin(t, rng)
	for range 2 {
		leader := leader(t, db)
		one := map[bool]*daemon.Server{true: a, false: b}[strings.HasSuffix(leader, "1")]
		one.Kill()
		follow(t, db, leader)
		start(t, one)
		for range 4 {
			killAgain(t, a, rng, 1, 200*time.Millisecond, time.Second)
			killAgain(t, b, rng, 1, 200*time.Millisecond, time.Second)
		}
	}
	l.end()
	tasks := settle(t, a, 2*time.Minute)
	l.honest(t, tasks, lines(t, filepath.Join(data, "runs")))
	emptied(t, a.Cluster, "")
	a.Stop()
	b.Stop()
	gapless(t, db)
}

func leader(t *testing.T, url string) (holder string) {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for deadline := time.Now().Add(startTime); ; <-tick.C {
		err := db.QueryRow(`SELECT holder FROM leases WHERE name = 'schedule' AND expires > $1`, time.Now().UnixMicro()).Scan(&holder)
		if err == nil {
			return holder
		}
		if time.Now().After(deadline) {
			t.Fatalf("nobody leads: %v", err)
		}
	}
}

// follow waits until another process leads than the one that did.
func follow(t *testing.T, url, before string) {
	t.Helper()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	began := time.Now()
	for deadline := time.Now().Add(startTime); ; <-tick.C {
		if now := leader(t, url); now != before {
			t.Logf("%s leads %v after %s was killed", now, time.Since(began).Round(time.Second), before)
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s still leads", before)
		}
	}
}

// TestRestartedDatabase crashes PostgreSQL while a server is at work.
func TestRestartedDatabase(t *testing.T) {
	dir, err := os.MkdirTemp("/var/tmp", "chaos-postgres-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { postgres(t, "down.sh", dir) })
	server := postgres(t, "up.sh", dir, freePort(t))
	state := filepath.Join(t.TempDir(), "engine")
	db := database(t, server)
	s := install(t, daemon.Options{Config: fmt.Sprintf("executors: [fake]\nfake: {nodes: 20, cpu: 64, state_dir: %q}\ndatabase: %q", state, db)})
	rng := seeded(t)
	start(t, s)
	l := &load{servers: []*daemon.Server{s}, workers: 8, most: 3000, pause: 20 * time.Millisecond, task: func(code int) api.Task {
		return task(fmt.Sprintf("#FAKE run=50ms exit=%d\n", code))
	}}
	l.begin(t, rng)
	for range 5 {
		moment := time.NewTimer(500*time.Millisecond + time.Duration(rng.Int64N(int64(1500*time.Millisecond))))
		<-moment.C
		postgres(t, "restart.sh", dir)
	}
	l.end()
	tasks := settle(t, s, 2*time.Minute)
	s.Stop()
	l.honest(t, tasks, executions(t, state))
	gapless(t, db)
}

// postgres runs one of the scripts and returns what it printed.
func postgres(t *testing.T, script string, args ...string) string {
	t.Helper()
	c := exec.Command("../backends/postgres/"+script, args...)
	c.Env = append(os.Environ(), "GODOCKER_TEST_POSTGRES=")
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	return strings.TrimSpace(string(out))
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}
