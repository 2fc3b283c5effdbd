package spec

import (
	"bytes"
	"crypto/ed25519"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"
)

// SessionFile is where the runner of an interactive attempt finds its Session. Only
// root can read it, and the runner removes it before any other program runs.
const SessionFile = "/.godrun.session"

// SessionPort is the container's port for logins.
const SessionPort = 22

// A Session says who may log in to an interactive attempt. It has no secret of a
// person: keys are public, and of passwords there are digests.
type Session struct {
	HostKey    []byte        `json:"host_key"` // seed of the task's ed25519 key
	Keys       []string      `json:"keys"`     // public ones that may log in, as in authorized_keys
	Passwords  []Password    `json:"passwords"`
	Warn       time.Duration `json:"warn"`        // how long before the end of the task USR1 tells of it; 0 = unknown
	WarnScript bool          `json:"warn_script"` // the script wants that signal, too
	WarnIn     time.Duration `json:"warn_in"`     // to a runner that gets no such signal: when it tells; 0 = never

	IdleAfter time.Duration `json:"idle_after"` // without use and cpu, until the task is idle; 0 = it never is
	IdleWarn  time.Duration `json:"idle_warn"`  // how long before that people are told
	IdleEnds  bool          `json:"idle_ends"`  // it is ended then, and not frozen
}

// A Password is one that may log in.
type Password struct {
	Digest  string    `json:"digest"`  // SHA-256, hexadecimal
	Expires time.Time `json:"expires"` // zero = never
}

// maxSession is far more than any Session needs.
const maxSession = 1 << 20

// TakeSession reads the Session and removes its file. Where the engine mounted the file
// it stays, and must be one that only root can read.
func TakeSession(path string) (s Session, err error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return s, err
	}
	defer f.Close()
	if err := os.Remove(path); errors.Is(err, syscall.EBUSY) {
		if info, err := f.Stat(); err != nil || info.Mode().Perm()&0o077 != 0 {
			return s, fmt.Errorf("%s is open to others, and cannot be removed", path)
		}
	} else if err != nil {
		return s, err
	}
	if s, err = decodeSession(io.LimitReader(f, maxSession)); err != nil {
		return s, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

func decodeSession(r io.Reader) (s Session, err error) {
	if err := json.NewDecoder(r).Decode(&s); err != nil {
		return s, err
	}
	if len(s.HostKey) != ed25519.SeedSize {
		return s, fmt.Errorf("the host key has %d bytes, want %d", len(s.HostKey), ed25519.SeedSize)
	}
	return s, nil
}

// SendSession writes a Session before whatever follows on a stream: its length in four
// bytes, the greatest first, and its text.
func SendSession(w io.Writer, s Session) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	_, err = w.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(text))), text...)) //nolint:gosec // it is small
	return err
}

// ReceiveSession reads what SendSession wrote, and nothing of what follows.
func ReceiveSession(r io.Reader) (Session, error) {
	var size [4]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return Session{}, err
	}
	n := binary.BigEndian.Uint32(size[:])
	if n > maxSession {
		return Session{}, fmt.Errorf("a session of %d bytes is too long", n)
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(r, text); err != nil {
		return Session{}, err
	}
	return decodeSession(bytes.NewReader(text))
}

// ReadyFile is where the runner tells, relative to the task's folder, that people can
// log in to an attempt. As the folder is the user's, it is signed with the host key.
func ReadyFile(attempt int) string { return Marker(attempt) + ".ready" }

func readyText(task int64, attempt int) []byte {
	return fmt.Appendf(nil, "godocker: attempt %d of task %d is ready", attempt, task)
}

// SignReady is the content of ReadyFile.
func SignReady(task int64, attempt int, key ed25519.PrivateKey) []byte {
	return ed25519.Sign(key, readyText(task, attempt))
}

// Ready reports whether the runner of an attempt says that people can log in. It neither
// leaves the folder nor waits, whatever the user put there.
func Ready(folder string, task int64, attempt int, key ed25519.PublicKey) bool {
	root, err := os.OpenRoot(folder)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return false
	}
	defer root.Close()
	f, err := root.OpenFile(ReadyFile(attempt), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return false
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return false
	}
	said := make([]byte, ed25519.SignatureSize)
	_, err = io.ReadFull(f, said)
	return err == nil && ed25519.Verify(key, readyText(task, attempt), said)
}
