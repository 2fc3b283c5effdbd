package api

import "godocker"

// History is what happened to a task, oldest first.
type History struct {
	Attempts []Attempt `json:"attempts"`
	Events   []Event   `json:"events"`
}

// Attempt is one execution of a task.
type Attempt struct {
	Number   int    `json:"number"` // from 1
	Executor string `json:"executor"`
	Node     string `json:"node"`
	Digest   string `json:"digest,omitempty"` // the image that ran
	Claimed  Epoch  `json:"claimed"`          // when its node was chosen
	Started  Epoch  `json:"started"`
	Ended    Epoch  `json:"ended"`
	ExitCode *int   `json:"exitcode"`
	Outcome  string `json:"outcome"`
	Reason   string `json:"reason"`
	Stats    *Stats `json:"stats"`
}

// FromAttempt returns the document of an attempt.
func FromAttempt(a godocker.Attempt) Attempt {
	out := Attempt{Number: a.Number, Executor: a.Executor, Node: a.Node, Digest: a.Digest, Claimed: Epoch{a.Claimed}, Started: Epoch{a.Started},
		Ended: Epoch{a.Ended}, ExitCode: a.ExitCode, Outcome: string(a.Outcome), Reason: a.Reason}
	if a.Measured != (godocker.Measured{}) {
		m := Stats(a.Measured)
		out.Stats = &m
	}
	return out
}

// Lines tells where the lines of a log begin, and which of them have a text.
type Lines struct {
	Size    int64   `json:"size"`    // bytes of the log now
	Lines   int64   `json:"lines"`   // a last one without an end is one
	Every   int64   `json:"every"`   // Offsets has where every so many lines begin
	Offsets []int64 `json:"offsets"` // bytes, of lines 0, Every, 2 × Every and so on
	Found   int64   `json:"found"`   // lines with the text
	Matches []int64 `json:"matches"` // the numbers of the first of them, from 0
}

// Deed asks for the same to be done to many tasks.
type Deed struct {
	Do    string  `json:"do"`            // kill, suspend, resume, archive, tag or untag
	Tag   string  `json:"tag,omitempty"` // of tag and untag
	Tasks []int64 `json:"tasks"`
}

// DeedDone answers a Deed.
type DeedDone struct {
	Msg     string    `json:"msg"`
	Tasks   []int64   `json:"tasks"`   // to which it is done, or will be
	Refused []Refusal `json:"refused"` // the others
}

// Refusal says why something is not done to a task.
type Refusal struct {
	ID  int64  `json:"id"`
	Msg string `json:"msg"`
}
