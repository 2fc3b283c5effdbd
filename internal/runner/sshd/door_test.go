package sshd

import (
	"crypto/sha256"
	"encoding/hex"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"godocker/internal/runner/spec"
)

func digest(password string) string {
	sum := sha256.Sum256([]byte(password))
	return hex.EncodeToString(sum[:])
}

// However many guess at once, they guess one after the other; who knows the password
// does not wait for them.
func TestGuessesWaitForEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(spec.Session{Passwords: []spec.Password{{Digest: digest("right")}}})
		began := time.Now()
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() {
				if _, err := d.password(nil, []byte("wrong")); err == nil {
					t.Error("a wrong password is taken")
				}
			})
		}
		synctest.Wait()
		if _, err := d.password(nil, []byte("right")); err != nil || !time.Now().Equal(began) {
			t.Errorf("the right one: %v, after %v", err, time.Since(began))
		}
		all.Wait()
		if took := time.Since(began); took != 5*guessTime {
			t.Errorf("5 guesses took %v", took)
		}
	})
}

func TestPasswordsExpire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(spec.Session{Passwords: []spec.Password{{Digest: digest("x"), Expires: time.Now().Add(time.Hour)}, {Digest: digest("")[:10]}}})
		if _, err := d.password(nil, []byte("x")); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Hour)
		for _, p := range []string{"x", ""} {
			if _, err := d.password(nil, []byte(p)); err == nil {
				t.Errorf("%q is taken", p)
			}
		}
	})
}

// Of those that do not log in, the oldest makes room.
func TestOldestStrangerGoes(t *testing.T) {
	s := &Server{conns: map[net.Conn]bool{}}
	var ends, ours []net.Conn
	for range maxStrange + 1 {
		a, b := net.Pipe()
		ends, ours = append(ends, a), append(ours, b)
		if !s.admit(b) {
			t.Fatal("refused")
		}
	}
	if _, err := ends[0].Write([]byte("x")); err == nil {
		t.Error("the oldest is still there")
	}
	go func() { _, _ = ends[1].Write([]byte("x")) }()
	if _, err := ours[1].Read(make([]byte, 1)); err != nil {
		t.Errorf("the next oldest is gone: %v", err)
	}
	if len(s.strange) != maxStrange || len(s.conns) != maxStrange {
		t.Errorf("%d, %d", len(s.strange), len(s.conns))
	}
}
