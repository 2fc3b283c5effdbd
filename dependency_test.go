package godocker_test

import (
	"errors"
	"testing"

	"godocker"

	"github.com/google/go-cmp/cmp"
)

func TestParseDependencies(t *testing.T) {
	got, err := godocker.ParseDependencies([]string{"12", "ok:13?fail:14", " start:align , any:big[],", ""})
	want := godocker.Dependencies{
		{{Need: godocker.NeedEnd, ID: 12}},
		{{Need: godocker.NeedSuccess, ID: 13}, {Need: godocker.NeedFailure, ID: 14}},
		{{Need: godocker.NeedStart, Name: "align"}},
		{{Need: godocker.NeedEnd, Name: "big", Each: true}},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Fatalf("%v\n%s", err, diff)
	}
	for _, bad := range []string{"ok:", "0", "-3", "ok:12?", "[]"} {
		if d, err := godocker.ParseDependencies([]string{bad}); !errors.Is(err, godocker.Invalid) {
			t.Errorf("ParseDependencies(%q) = %v, %v; want invalid", bad, d, err)
		}
	}
}

func TestNeedJudge(t *testing.T) {
	type row struct {
		state   godocker.State
		outcome godocker.Outcome
		started bool
	}
	pending, running := row{state: godocker.Pending}, row{state: godocker.Running}
	good, bad := row{godocker.Over, godocker.Succeeded, true}, row{godocker.Archived, godocker.Failed, true}
	killed := row{godocker.Over, godocker.Killed, false}           // before it started
	for need, want := range map[godocker.Need][5]godocker.Verdict{ // pending, running, good, bad, killed
		godocker.NeedEnd:     {godocker.Undecided, godocker.Undecided, godocker.Met, godocker.Met, godocker.Met},
		godocker.NeedSuccess: {godocker.Undecided, godocker.Undecided, godocker.Met, godocker.Unmeetable, godocker.Unmeetable},
		godocker.NeedFailure: {godocker.Undecided, godocker.Undecided, godocker.Unmeetable, godocker.Met, godocker.Met},
		godocker.NeedStart:   {godocker.Undecided, godocker.Met, godocker.Met, godocker.Met, godocker.Unmeetable},
	} {
		for i, r := range []row{pending, running, good, bad, killed} {
			if got := need.Judge(r.state, r.outcome, r.started); got != want[i] {
				t.Errorf("%s of %+v = %d, want %d", need, r, got, want[i])
			}
		}
	}
}

func FuzzParseDependencies(f *testing.F) {
	f.Add("ok:12?fail:13,start:x[]")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := godocker.ParseDependencies([]string{text})
		if err != nil {
			return
		}
		for _, clause := range d {
			again, err := godocker.ParseDependencies([]string{clause.String()})
			if err != nil || len(again) != 1 || !cmp.Equal(again[0], clause) {
				t.Fatalf("%q becomes %v, %v", clause.String(), again, err)
			}
		}
	})
}
