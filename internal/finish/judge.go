package finish

import (
	"fmt"

	"godocker"
	"godocker/internal/runner/spec"
	"godocker/store"
)

// judge works out how an attempt ended, from what the executor said when it did
// and from what the runner left in the task's folder. The folder is the user's, so
// the runner's word never outdoes the executor's on whether the task succeeded.
func (r *Room) judge(t *godocker.Task) store.Finish {
	f := store.Finish{
		AttemptKey: store.AttemptKey{ID: t.ID, Attempt: t.Attempt},
		Outcome:    t.Outcome, ExitCode: t.ExitCode, Reason: t.Reason,
	}
	result, err := spec.ReadResult(r.Dirs.Path(t), t.Attempt)
	reported := err == nil
	if reported {
		f.Measured = godocker.Measured{PeakRAM: result.PeakRAM, CPUSeconds: result.CPUSeconds,
			ReadBytes: result.ReadBytes, WriteBytes: result.WriteBytes}
	}
	killed, again := t.Wish.Kind == godocker.WishKill, t.Wish.Wants(godocker.WishReschedule)
	inTime := reported && !result.Stopped && t.ExitCode != nil && *t.ExitCode == 0
	switch {
	case f.Outcome == godocker.TimedOut && inTime:
		f.Outcome, f.Reason = godocker.Succeeded, ""
	case f.Outcome == godocker.TimedOut || f.Outcome == godocker.Idled:
	case f.Outcome == godocker.CannotStart || f.Outcome == godocker.EngineError || f.Outcome == godocker.OutOfMemory:
	case killed && (t.ExitCode == nil || *t.ExitCode != 0):
		f.Outcome, f.Reason = godocker.Killed, "Killed by "+t.Wish.By
	case again && (t.ExitCode == nil || *t.ExitCode != 0):
		f.Outcome, f.Reason = godocker.Killed, "Rescheduled by "+t.Wish.By
	case f.Outcome == godocker.NodeLost && reported && !result.Stopped: // but the script had come to its end before
		byRunner(&f, &result)
	case f.Outcome != godocker.NoOutcome:
	case reported && result.OOMKills > 0 && t.ExitCode != nil && *t.ExitCode != 0:
		f.Outcome = godocker.OutOfMemory
		f.Reason = fmt.Sprintf("A process of the task used more than its %g GB of memory and was ended", t.Requirements.RAM)
	case t.ExitCode == nil:
		f.Outcome, f.Reason = godocker.NodeLost, "The end of the task was not seen"
	case *t.ExitCode == 0 && !reported && spec.Interrupted(r.Dirs.Path(t), t.Attempt):
		f.Outcome, f.ExitCode = godocker.NodeLost, nil
		f.Reason = "The container engine does not know how the container ended: it says success, and the script did not come to its end; most likely the engine was restarted"
	case *t.ExitCode == 0 && reported && result.ExitCode != 0: // an engine that was restarted says so of all that ended meanwhile
		byRunner(&f, &result)
	case *t.ExitCode == 0:
		f.Outcome = godocker.Succeeded
		if reported && result.OOMKills > 0 {
			f.Reason = fmt.Sprintf("The script ended with 0, although a process of it was ended for using more than its %g GB of memory", t.Requirements.RAM)
		}
	case !reported && ofRunner(*t.ExitCode) && r.knowsRunner(t) && !spec.Begun(r.Dirs.Path(t), t.Attempt):
		f.Outcome, f.ExitCode = godocker.EngineError, nil
		f.Reason = "The script was not started, as its task folder could not be written to as its owner: most likely the disk is full, or the owner is over a quota of it"
	case !reported && fromOutside(*t.ExitCode) && r.knowsRunner(t):
		f.Outcome = godocker.NodeLost
		f.Reason = fmt.Sprintf("The container was ended from outside (exit code %d); most likely its node or the container engine was restarted", *t.ExitCode)
	case reported && *t.ExitCode == spec.ExitRepeated && !result.Stopped: // the engine began it once more, which its runner refused
		byRunner(&f, &result)
	case reported && result.ExitCode != *t.ExitCode:
		f.Outcome = godocker.NodeLost
		f.Reason = fmt.Sprintf("The container engine does not know how the container ended: it says exit code %d, and the script ended with %d; most likely the engine was restarted", *t.ExitCode, result.ExitCode)
	case reported && result.Stopped:
		f.Outcome = godocker.NodeLost
		f.Reason = fmt.Sprintf("The task was told to end from outside and ended with exit code %d; most likely its node or the container engine was stopped or restarted", *t.ExitCode)
	case reported && result.Error != "":
		f.Outcome, f.Reason = godocker.CannotStart, result.Error
	default:
		f.Outcome = godocker.Failed
		f.Reason = byItself(*t.ExitCode)
	}
	if f.Outcome == godocker.Killed || f.Outcome == godocker.TimedOut || f.Outcome == godocker.Idled {
		code := godocker.KilledExitCode
		f.ExitCode = &code
	}
	switch {
	case again:
		f.Again = f.Outcome != godocker.Succeeded && f.Outcome != godocker.TimedOut && f.Outcome != godocker.Idled
	case f.Outcome.SystemFailure():
		f.Again = !killed && t.Failure.Count < t.Requirements.Retry
	}
	f.Usage = t.Used(t.Ended)
	return f
}

// byRunner says how an attempt ended of which the engine does not know that.
func byRunner(f *store.Finish, r *spec.Result) {
	f.ExitCode = &r.ExitCode
	switch {
	case r.Error != "":
		f.Outcome, f.Reason = godocker.CannotStart, r.Error
	case r.ExitCode == 0:
		f.Outcome, f.Reason = godocker.Succeeded, ""
	default:
		f.Outcome, f.Reason = godocker.Failed, byItself(r.ExitCode)
	}
}

// fromOutside reports whether an exit code is one that a container has which was
// ended and did not end by itself: by TERM, by KILL, or by an engine that does not
// know. With any other code the script ended, even if its result could not be
// written, on a full disk say.
func fromOutside(code int) bool {
	return code == 128+15 || code == godocker.KilledExitCode || code == 255
}

// ofRunner reports whether an exit code is one that the runner ends with by itself.
func ofRunner(code int) bool {
	return code == spec.ExitRepeated || code == spec.ExitCannotRun || code == spec.ExitNotFound
}

// knowsRunner reports whether attempts on the task's executor are run by the
// runner, so that a missing result means something.
func (r *Room) knowsRunner(t *godocker.Task) bool {
	e := r.Executors[t.Executor]
	return e != nil && e.Capabilities().Runner
}
