package godocker

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// An Attempt is one execution of a task by an executor. A task has a second one
// only if the system, and not the task, failed the first.
type Attempt struct {
	TaskID   int64
	Number   int // from 1
	Executor string
	Node     string
	Handle   string
	Digest   string // the image that ran; see Life
	Claimed  time.Time
	Started  time.Time
	Ended    time.Time
	ExitCode *int
	Outcome  Outcome
	Reason   string
	Measured Measured
	Released bool // the executor holds nothing of it any more
}

// AttemptName is the name of an attempt inside an engine. As the engine refuses a
// second one of that name, an attempt can be started twice and still runs once. With
// the task's mark in it, no attempt is ever taken for that of another task of the same
// number.
func AttemptName(cluster string, task int64, attempt int, mark string) string {
	return fmt.Sprintf("god-%s-%d-%d-%s", cluster, task, attempt, mark)
}

// Identity tells a task from every other, also from one of the same number: numbers are
// given again when the database is lost, or replaced by an older copy.
func (t *Task) Identity() string {
	return fmt.Sprintf("%s %d", t.User.ID, t.Submitted.UnixMicro())
}

// Mark is the task's identity in MarkLength letters of 0-9a-f, for names.
func (t *Task) Mark() string {
	sum := sha256.Sum256([]byte(t.Identity()))
	return hex.EncodeToString(sum[:MarkLength/2])
}

// MarkLength is how long a mark is.
const MarkLength = 12
