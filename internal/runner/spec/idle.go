package spec

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"syscall"
)

// An Idle is what the runner says about the use of an interactive attempt. Each word has
// a greater number than the one before it.
type Idle struct {
	Word  int64  `json:"word"`
	Stage string `json:"stage"` // a godocker.IdleStage
}

// IdleFile is where the runner says it, relative to the task's folder. As the folder is
// the user's, it is signed with the host key.
func IdleFile(attempt int) string { return Marker(attempt) + ".idle" }

func idleText(task int64, attempt int, said []byte) []byte {
	return fmt.Appendf(nil, "godocker: attempt %d of task %d is idle: %s", attempt, task, said)
}

// SignIdle is the content of IdleFile: the signature, and what is said.
func SignIdle(task int64, attempt int, i Idle, key ed25519.PrivateKey) []byte {
	said, _ := json.Marshal(i) // it has a number and a text
	return append(ed25519.Sign(key, idleText(task, attempt, said)), said...)
}

// maxIdle is more than any IdleFile has, in bytes.
const maxIdle = 1024

// ReadIdle returns what the runner of an attempt said last; false if that is not known.
// It neither leaves the folder nor waits, whatever the user put there.
func ReadIdle(folder string, task int64, attempt int, key ed25519.PublicKey) (i Idle, ok bool) {
	root, err := os.OpenRoot(folder)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return i, false
	}
	defer root.Close()
	f, err := root.OpenFile(IdleFile(attempt), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return i, false
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return i, false
	}
	all, err := io.ReadAll(io.LimitReader(f, maxIdle))
	if err != nil || len(all) < ed25519.SignatureSize {
		return i, false
	}
	said := all[ed25519.SignatureSize:]
	if !ed25519.Verify(key, idleText(task, attempt, said), all[:ed25519.SignatureSize]) {
		return i, false
	}
	return i, json.NewDecoder(bytes.NewReader(said)).Decode(&i) == nil
}
