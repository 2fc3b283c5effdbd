package notify_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/internal/lease"
	"godocker/internal/live"
	"godocker/internal/notify"
	"godocker/store"
	"godocker/store/sqlstore"
)

var quiet = slog.New(slog.DiscardHandler)

// flaky fails its first sends.
type flaky struct {
	notify.Sender
	failures int
}

func (f *flaky) Send(ctx context.Context, m notify.Message) error {
	if f.failures--; f.failures >= 0 {
		return errors.New("the mail server is away")
	}
	return f.Sender.Send(ctx, m)
}

// server starts a mail server that keeps what it gets in a Maildir.
func server(t *testing.T) (port int, folder string) {
	t.Helper()
	if _, err := exec.LookPath("aiosmtpd"); err != nil {
		t.Fatal("there is no mail server for this test; run `make test`, which installs it")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	folder = filepath.Join(t.TempDir(), "mail")
	cmd := exec.CommandContext(t.Context(), "aiosmtpd", "-n", "-l", address, "-c", "aiosmtpd.handlers.Mailbox", folder)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	until(t, func() bool {
		c, err := net.Dial("tcp", address)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
	return l.Addr().(*net.TCPAddr).Port, folder
}

func until(t *testing.T, done func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(20 * time.Second); !done(); <-tick.C {
		if time.Now().After(end) {
			t.Fatal("it did not happen within 20 s")
		}
	}
}

func mails(t *testing.T, folder string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "new", "*"))
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, n := range names {
		b, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, strings.ReplaceAll(string(b), "\r\n", "\n"))
	}
	return texts
}

func task(name, email string, wants bool) godocker.Task {
	return godocker.Task{User: godocker.Owner{ID: "ann", Email: email, Project: godocker.DefaultProject},
		Meta: godocker.Meta{Name: name}, Notify: godocker.Notify{Email: wants}, Requirements: godocker.Requirements{CPU: 1, RAM: 1}}
}

func TestMailsReachARealServer(t *testing.T) {
	port, folder := server(t)
	db, err := sqlstore.Open(t.Context(), "sqlite::memory:", quiet)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Submit(t.Context(), []godocker.Task{task("before", "ann@example.org", true)}); err != nil {
		t.Fatal(err)
	}
	sender := &flaky{Sender: notify.SMTP{Host: "127.0.0.1", Port: port, From: "god@example.org"}, failures: 2}
	stop := run(t, db, sender)
	until(t, func() bool { n, err := db.Cursor(t.Context(), "notify"); return err == nil && n == 1 })

	array := task("array", "ann@example.org", true)
	array.Requirements.Array.Values = "2"
	ids, err := db.Submit(t.Context(), []godocker.Task{task("Count é", "ann@example.org", true), task("quiet", "ann@example.org", false),
		task("no address", "", true), task("odd", "not an address", true), array})
	if err != nil {
		t.Fatal(err)
	}
	end(t, db, append(ids, ids[4]+1, ids[4]+2))
	last, _ := db.LastEvent(t.Context())
	until(t, func() bool { n, err := db.Cursor(t.Context(), "notify"); return err == nil && n == last })
	stop()
	got := mails(t, folder)
	all := strings.Join(got, "\n---\n")
	for _, want := range []string{"Subject: Task 2: over", "To: <ann@example.org>", "From: <god@example.org>",
		"switched to status over/killed", "Subject: Task 6: over", "Task 6(array) switched to status"} {
		if !strings.Contains(all, want) {
			t.Errorf("no mail has %q:\n%s", want, all)
		}
	}
	if len(got) != 2 {
		t.Errorf("%d mails, want 2:\n%s", len(got), all)
	}

	// What happens while nobody sends is sent later.
	ids, err = db.Submit(t.Context(), []godocker.Task{task("later", "ann@example.org", true)})
	if err != nil {
		t.Fatal(err)
	}
	end(t, db, ids)
	stop = run(t, db, sender)
	defer stop()
	until(t, func() bool { return len(mails(t, folder)) == 3 })
}

// run starts the room and returns how to stop it.
func run(t *testing.T, db store.Store, sender notify.Sender) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	hub, err := live.New(ctx, db, quiet)
	if err != nil {
		t.Fatal(err)
	}
	room := &notify.Room{Store: db, Hub: hub, Sender: sender, Cluster: "c", Log: quiet,
		Lease: &lease.Keeper{Store: db, Name: "notify", Holder: "me", TTL: time.Second, Log: quiet}}
	done := make(chan struct{}, 2)
	go func() { hub.Run(ctx); done <- struct{}{} }()
	go func() { room.Run(ctx); done <- struct{}{} }()
	return func() { cancel(); <-done; <-done }
}

// end ends tasks that wait.
func end(t *testing.T, db store.Store, ids []int64) {
	t.Helper()
	now := time.Now()
	l, ok, err := db.Acquire(t.Context(), "schedule", "test", now, time.Hour)
	if err != nil || !ok {
		t.Fatal(err)
	}
	var vs []store.Verdict
	for _, id := range ids {
		vs = append(vs, store.Verdict{ID: id, Outcome: godocker.Killed})
	}
	if _, err := db.Decide(t.Context(), l, now, vs); err != nil {
		t.Fatal(err)
	}
}
