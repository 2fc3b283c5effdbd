package fake

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"godocker"
	"godocker/executor"
)

// LabelDirectives is the label of an assignment that tells how it behaves, in the
// words of Directives.
const LabelDirectives = "godocker.fake"

// Directives are the words that the label understands, each with the environment
// variable that does the same. The label goes first.
//
//	run=2s              FAKE_RUN_FOR      how long it runs; default 0
//	exit=3              FAKE_EXIT_CODE    its exit code
//	start_error=no_room FAKE_START_ERROR  no_room, cannot_start, engine or away; no_room:2 = the first two times
//	start=1s            FAKE_START_TAKES  how long its start takes
//	lost_after=1s       FAKE_LOST_AFTER   when the engine forgets it
//	failure=oom         FAKE_FAILURE      it ends as oom, node_lost or cannot_start
//	usr1=7              FAKE_USR1         the signal USR1 ends it with this code
//	ignore_term=1       FAKE_IGNORE_TERM  a kill takes the whole grace time
var Directives = map[string]string{
	"run":         "FAKE_RUN_FOR",
	"exit":        "FAKE_EXIT_CODE",
	"start_error": "FAKE_START_ERROR",
	"start":       "FAKE_START_TAKES",
	"lost_after":  "FAKE_LOST_AFTER",
	"failure":     "FAKE_FAILURE",
	"ignore_term": "FAKE_IGNORE_TERM",
	"usr1":        "FAKE_USR1",
}

const (
	codeTerm = 128 + 15
	codeKill = godocker.KilledExitCode
)

// A behaviour is the directives of one attempt, understood.
type behaviour struct {
	run, startTakes, lostAfter time.Duration
	code                       int
	startError                 error
	startErrors                int // how many times; 0 = always
	outcome                    godocker.Outcome
	reason                     string
	stubborn                   bool
	onUSR1                     *int
}

func behaviourOf(a executor.Assignment) (behaviour, error) {
	var b behaviour
	for word, variable := range Directives {
		if value := a.Env[variable]; value != "" {
			if err := b.set(word, value, a); err != nil {
				return b, err
			}
		}
	}
	for _, pair := range strings.Fields(a.Labels[LabelDirectives]) {
		word, value, _ := strings.Cut(pair, "=")
		if err := b.set(word, value, a); err != nil {
			return b, err
		}
	}
	return b, nil
}

func (b *behaviour) set(word, value string, a executor.Assignment) (err error) {
	switch word {
	case "run":
		b.run, err = time.ParseDuration(value)
	case "start":
		b.startTakes, err = time.ParseDuration(value)
	case "lost_after":
		b.lostAfter, err = time.ParseDuration(value)
	case "exit":
		b.code, err = strconv.Atoi(value)
	case "ignore_term":
		b.stubborn, err = strconv.ParseBool(value)
	case "usr1":
		var code int
		code, err = strconv.Atoi(value)
		b.onUSR1 = &code
	case "start_error":
		err = b.setStartError(value, a)
	case "failure":
		err = b.setFailure(value, a)
	default:
		err = fmt.Errorf("no such directive")
	}
	if err != nil {
		return fmt.Errorf("fake: %s=%s: %w", word, value, err)
	}
	return nil
}

func (b *behaviour) setStartError(value string, a executor.Assignment) (err error) {
	kind, times, limited := strings.Cut(value, ":")
	if limited {
		if b.startErrors, err = strconv.Atoi(times); err != nil {
			return err
		}
	}
	switch kind {
	case "no_room":
		b.startError = executor.ErrNoRoom
	case "cannot_start":
		b.startError = fmt.Errorf("%w: no such image: %s", executor.ErrCannotStart, a.Image)
	case "away":
		b.startError = errAway
	case "engine":
		b.startError = fmt.Errorf("%w: the engine cannot make containers just now", executor.ErrEngine)
	default:
		return fmt.Errorf("want no_room, cannot_start, engine or away")
	}
	return nil
}

func (b *behaviour) setFailure(value string, a executor.Assignment) error {
	switch value {
	case "oom":
		b.code, b.outcome, b.reason = codeKill, godocker.OutOfMemory, executor.OutOfMemoryReason(a.RAM)
	case "node_lost":
		b.code, b.outcome, b.reason = codeKill, godocker.NodeLost, "the node went away"
	case "cannot_start":
		b.code, b.outcome, b.reason = 127, godocker.CannotStart, "the engine could not start it"
	default:
		return fmt.Errorf("want oom, node_lost or cannot_start")
	}
	return nil
}
