package godocker

import (
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
// second one of that name, an attempt can be started twice and still runs once.
func AttemptName(cluster string, task int64, attempt int) string {
	return fmt.Sprintf("god-%s-%d-%d", cluster, task, attempt)
}
