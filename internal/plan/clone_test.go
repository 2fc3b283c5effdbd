package plan_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"godocker"
	"godocker/internal/plan"

	"pgregory.net/rapid"
)

// Who wants to know only what starts learns the same as who looks at everything.
func TestStartsAreThoseOfAThoroughPass(t *testing.T) {
	for name, policy := range policies(t) {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			w := worlds.Draw(t, "world")
			s := w.state(nil)
			terms := w.terms(policy, noon)
			terms.Thorough = true
			var want, got []plan.Decision
			for d := range s.Pass(terms) {
				if d.Why == nil {
					want = append(want, *d)
				}
			}
			terms.Starts = true
			for d := range s.Pass(terms) {
				got = append(got, *d)
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("%+v, want %+v", got, want)
			}
		}))
	}
}

// A clone decides as its original does, and what then becomes of either is nothing to
// the other, nor to clones of the clone.
func TestClonesAreAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := worlds.Draw(t, "world")
		policy := halving(t)
		s := w.state(nil)
		order, at := decisions(s, w.terms(policy, noon))
		states := []*plan.State{s.Clone(), s, s.Clone()}
		states = append(states, states[0].Clone())
		twin := w.state(nil) // changed as the first is, and never cloned
		same := func(s *plan.State, order []int64, at map[int64]place) {
			o, a := decisions(s, w.terms(policy, noon))
			if !slices.Equal(o, order) || !reflect.DeepEqual(a, at) {
				t.Fatalf("%v %v, want %v %v", o, a, order, at)
			}
		}
		for i, changed := range states {
			if i == 0 {
				for step := range rapid.IntRange(0, 12).Draw(t, "steps") {
					id := int64(rapid.IntRange(2, 30).Draw(t, "id"))
					var do func(s *plan.State)
					switch rapid.IntRange(0, 4).Draw(t, "what") {
					case 0:
						do = func(s *plan.State) { s.Drop(id) }
					case 1:
						do = func(s *plan.State) { s.Release(id) }
					case 2:
						do = func(s *plan.State) { s.Wait(task(id, 1, time.Hour, of("bob"))) }
					case 3:
						do = func(s *plan.State) { s.Note(id, "waits") }
					default:
						do = func(s *plan.State) { s.Hold(task(id, 1, time.Hour, on("n0", noon))) }
					}
					do(changed)
					do(twin)
					if step%4 == 3 {
						changed.Clone() // what is shared is shared again
					}
				}
				o, a := decisions(twin, w.terms(policy, noon))
				same(changed, o, a)
				if changed.Waiting() != twin.Waiting() || changed.HeldCount() != twin.HeldCount() {
					t.Fatal("the clone counts wrongly")
				}
				continue
			}
			same(changed, order, at)
			for id := int64(0); id < 30; id += 3 {
				changed.Drop(id)
				changed.Wait(godocker.Queued{ID: id + 100, User: "ann", Project: "lab", CPU: 1, RAM: 1, Submitted: noon})
			}
		}
	})
}
