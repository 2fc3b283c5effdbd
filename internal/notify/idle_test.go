package notify_test

import (
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/internal/notify"
	"godocker/store"
	"godocker/store/sqlstore"
)

// Owners hear of idle sessions, whether they asked for mail or not, and how to come back.
func TestIdleSessions(t *testing.T) {
	port, folder := server(t)
	db, err := sqlstore.Open(t.Context(), "sqlite::memory:", quiet)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Submit(t.Context(), []godocker.Task{task("before", "", false)}); err != nil {
		t.Fatal(err)
	}
	stop := run(t, db, notify.SMTP{Host: "127.0.0.1", Port: port, From: "god@example.org"})
	defer stop()
	until(t, func() bool { n, err := db.Cursor(t.Context(), "notify"); return err == nil && n == 1 })
	now := time.Now()
	session := func(name, email string, a godocker.IdleAction) store.AttemptKey {
		k := task(name, email, false)
		k.Command.Interactive = true
		k.Requirements.Idle = godocker.Idle{After: 2 * time.Hour, Warn: 15 * time.Minute, Action: a}
		ids, err := db.Submit(t.Context(), []godocker.Task{k})
		if err != nil {
			t.Fatal(err)
		}
		begin(t, db, ids[0])
		return store.AttemptKey{ID: ids[0], Attempt: 1}
	}
	says := func(k store.AttemptKey, word int64, s godocker.IdleStage, a godocker.IdleAction) {
		_, err := db.Idle(t.Context(), now, store.Idle{AttemptKey: k, Word: word, Stage: s, Action: a, Reason: godocker.Idle{After: 2 * time.Hour, Action: a}.Reason()})
		if err != nil {
			t.Fatal(err)
		}
	}
	frozen, ended, nobody := session("cold", "ann@example.org", godocker.IdleSuspend), session("old", "ann@example.org", godocker.IdleEnd), session("none", "", godocker.IdleEnd)
	for _, k := range []store.AttemptKey{frozen, ended, nobody} {
		says(k, 1, godocker.IdleWarned, "")
		says(k, 1, godocker.IdleWarned, "") // said twice, heard once
	}
	says(frozen, 2, godocker.IdleDue, godocker.IdleSuspend)
	if err := db.Grant(t.Context(), now, store.Grant{ID: frozen.ID, Kind: godocker.WishSuspend, State: godocker.Running, Suspended: true}); err != nil {
		t.Fatal(err)
	}
	says(ended, 2, godocker.IdleDue, godocker.IdleEnd)
	says(nobody, 2, godocker.IdleDue, godocker.IdleEnd)
	last, _ := db.LastEvent(t.Context())
	until(t, func() bool { n, err := db.Cursor(t.Context(), "notify"); return err == nil && n == last })
	got := mails(t, folder)
	all := strings.Join(got, "\n---\n")
	for _, want := range []string{"Subject: Task 2: idle", "Nothing happens in your task 2(cold). It is frozen in 15m, when nothing happened for 2h", "Subject: Task 2: frozen", "god ssh 2",
		"Subject: Task 3: idle", "It is ended in 15m", "Subject: Task 3: ended", "god job reschedule 3"} {
		if !strings.Contains(strings.ReplaceAll(all, "=\n", ""), want) {
			t.Errorf("no mail has %q:\n%s", want, all)
		}
	}
	if len(got) != 4 {
		t.Errorf("%d mails, want 4:\n%s", len(got), all)
	}
}

// begin has a task run.
func begin(t *testing.T, db store.Store, id int64) {
	t.Helper()
	l, ok, err := db.Acquire(t.Context(), "schedule", "test", time.Now(), time.Hour)
	if err != nil || !ok {
		t.Fatal(err)
	}
	if _, err := db.Claim(t.Context(), l, time.Now(), []store.Claim{{ID: id, Executor: "fake", Node: "n1"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Started(t.Context(), time.Now(), []store.Start{{AttemptKey: store.AttemptKey{ID: id, Attempt: 1}, Handle: "h"}}); err != nil {
		t.Fatal(err)
	}
}
