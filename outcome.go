package godocker

// An Outcome says in one word how a task came to its end. The exit code and the
// reason beside it say more.
type Outcome string

// The outcomes. A task that is not over has none.
const (
	NoOutcome   Outcome = ""
	Succeeded   Outcome = "succeeded"     // the script ended with 0
	Failed      Outcome = "failed"        // the script ended with another code
	Killed      Outcome = "killed"        // somebody who may asked for it
	OutOfMemory Outcome = "out_of_memory" // the kernel ended it at its memory limit
	TimedOut    Outcome = "timed_out"     // it reached its greatest duration
	Idled       Outcome = "idle"          // nothing happened in it for the time that it may be idle
	NodeLost    Outcome = "node_lost"     // the engine or its node went away under it
	CannotStart Outcome = "cannot_start"  // the engine refused for good: no image, bad mount
	EngineError Outcome = "engine_error"  // the engine could not start it, through no fault of the task
	Rejected    Outcome = "rejected"      // the scheduler refused it, or a dependency cannot be met
	OverQuota   Outcome = "over_quota"    // the quota of its user or project was reached
)

// Unsuccessful lists the outcomes of tasks that did not succeed.
var Unsuccessful = []Outcome{Failed, Killed, OutOfMemory, TimedOut, Idled, NodeLost, CannotStart, EngineError, Rejected, OverQuota}

// KilledExitCode is the exit code of every killed task: 128 + SIGKILL.
const KilledExitCode = 137

// SystemFailure reports whether the system and not the task is to blame, so that
// another attempt may help.
func (o Outcome) SystemFailure() bool { return o == NodeLost || o == EngineError }
