package plan_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/internal/plan"
	"godocker/scheduler"
	"godocker/scheduler/fifo"

	"pgregory.net/rapid"
)

// A world is what a state is made of, so that it can be made again in another order.
type world struct {
	nodes   []executor.Node
	waiting []godocker.Queued
	held    []godocker.Queued
	kept    []godocker.Reservation
	pack    bool
	limits  map[plan.Account]godocker.Limits
	bound   plan.Bound
}

const anArray = 1

func (w world) state(order *rand.Rand) *plan.State {
	s := cluster(plan.Settings{Pack: w.pack, Longest: 24 * time.Hour}, w.nodes...)
	s.Reserve(w.kept)
	s.Bind(anArray, w.bound)
	waiting, held := append([]godocker.Queued{}, w.waiting...), append([]godocker.Queued{}, w.held...)
	if order != nil {
		order.Shuffle(len(waiting), func(i, j int) { waiting[i], waiting[j] = waiting[j], waiting[i] })
		order.Shuffle(len(held), func(i, j int) { held[i], held[j] = held[j], held[i] })
	}
	for _, q := range waiting {
		s.Wait(q)
	}
	for _, q := range held {
		s.Hold(q)
	}
	return s
}

func (w world) terms(policy scheduler.Scheduler, now time.Time) plan.Terms {
	return plan.Terms{Now: now, Policy: policy, Limits: func(a plan.Account) godocker.Limits { return w.limits[a] }}
}

var worlds = rapid.Custom(func(t *rapid.T) world {
	w := world{pack: rapid.Bool().Draw(t, "pack"), limits: map[plan.Account]godocker.Limits{}}
	for i := range rapid.IntRange(1, 4).Draw(t, "nodes") {
		w.nodes = append(w.nodes, executor.Node{Name: fmt.Sprint("n", i), CPU: float64(rapid.IntRange(1, 16).Draw(t, "cpu")),
			RAM: int64(rapid.IntRange(1, 64).Draw(t, "ram")) << 30, GPUs: rapid.IntRange(0, 2).Draw(t, "gpus"),
			Labels: map[string]string{"zone": rapid.SampledFrom([]string{"a", "b"}).Draw(t, "zone")}, Down: rapid.IntRange(0, 9).Draw(t, "down") == 0})
	}
	queued := rapid.Custom(func(t *rapid.T) godocker.Queued {
		q := godocker.Queued{User: rapid.SampledFrom([]string{"ann", "bob", "eve"}).Draw(t, "user"),
			Project: rapid.SampledFrom([]string{"default", "lab"}).Draw(t, "project"), Nice: rapid.SampledFrom([]int{0, 0, 10}).Draw(t, "nice"),
			CPU: float64(rapid.IntRange(1, 8).Draw(t, "cpu")) / 2, RAM: float64(rapid.IntRange(1, 16).Draw(t, "ram")),
			GPUs: rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(t, "gpus"), Submitted: noon.Add(-time.Hour),
			Lifespan: time.Duration(rapid.IntRange(0, 8).Draw(t, "lifespan")) * time.Hour}
		if rapid.IntRange(0, 4).Draw(t, "labelled") == 0 {
			q.Labels = []string{"zone==a"}
		}
		if rapid.IntRange(0, 3).Draw(t, "element") == 0 {
			q.ParentID = anArray
		}
		return q
	})
	free := map[string]executor.Node{}
	for _, n := range w.nodes {
		free[n.Name] = n
	}
	for i, q := range rapid.SliceOfN(queued, 0, 25).Draw(t, "tasks") {
		q.ID = int64(i + 2)
		n := free[rapid.SampledFrom(w.nodes).Draw(t, "at").Name]
		if rapid.IntRange(0, 2).Draw(t, "runs") == 0 && n.CPU >= q.CPU && float64(n.RAM>>30) >= q.RAM && n.GPUs >= q.GPUs {
			n.CPU, n.RAM, n.GPUs = n.CPU-q.CPU, n.RAM-int64(q.RAM)<<30, n.GPUs-q.GPUs
			free[n.Name] = n
			on(n.Name, noon.Add(-time.Duration(rapid.IntRange(0, 50).Draw(t, "minutes"))*time.Minute))(&q)
			w.held = append(w.held, q)
		} else {
			w.waiting = append(w.waiting, q)
		}
	}
	if rapid.Bool().Draw(t, "reserved") {
		w.kept = append(w.kept, godocker.Reservation{Nodes: []string{"n0"}, For: []string{"eve"}, From: noon.Add(time.Duration(rapid.IntRange(-2, 4).Draw(t, "from")) * time.Hour), To: noon.Add(5 * time.Hour)})
	}
	if rapid.Bool().Draw(t, "limited") {
		w.limits[plan.Account{ID: "ann"}] = godocker.Limits{Tasks: rapid.IntRange(0, 3).Draw(t, "tasks"), CPU: float64(rapid.IntRange(0, 6).Draw(t, "cpu"))}
		w.limits[plan.Account{Project: true, ID: "lab"}] = godocker.Limits{RAM: float64(rapid.IntRange(0, 20).Draw(t, "ram")), GPUs: rapid.IntRange(0, 2).Draw(t, "gpus")}
	}
	w.bound.Parallel = rapid.IntRange(0, 3).Draw(t, "parallel")
	return w
})

type place struct {
	node string
	code plan.Code
}

func decisions(s *plan.State, t plan.Terms) (order []int64, at map[int64]place) {
	at = map[int64]place{}
	for d := range s.Pass(t) {
		order = append(order, d.Task.ID)
		if d.Why != nil {
			at[d.Task.ID] = place{code: d.Why.Code}
		} else {
			at[d.Task.ID] = place{node: d.Node}
		}
	}
	return order, at
}

func policies(t *testing.T) map[string]scheduler.Scheduler {
	return map[string]scheduler.Scheduler{"fifo": fifo.Scheduler{}, "fairtree": fair(t)}
}

// The same tasks and nodes give the same decisions, in whatever order they were told of.
func TestSameInputSameDecisions(t *testing.T) {
	for name, policy := range policies(t) {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			w := worlds.Draw(t, "world")
			other := w.state(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)))
			o1, a1 := decisions(w.state(nil), w.terms(policy, noon))
			o2, a2 := decisions(other, w.terms(policy, noon))
			if !reflect.DeepEqual(o1, o2) || !reflect.DeepEqual(a1, a2) {
				t.Fatalf("%v %v\n%v %v", o1, a1, o2, a2)
			}
			if o3, a3 := decisions(other, w.terms(policy, noon)); !reflect.DeepEqual(o1, o3) || !reflect.DeepEqual(a1, a3) {
				t.Fatalf("a pass changed the state: %v %v", o3, a3)
			}
		}))
	}
}

// Nobody gets more than there is, or than they may, or what is kept for others; and each
// task is decided about once.
func TestNothingIsGivenTwice(t *testing.T) {
	for name, policy := range policies(t) {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			w := worlds.Draw(t, "world")
			order, at := decisions(w.state(nil), w.terms(policy, noon))
			if len(order) != len(at) || len(at) != len(w.waiting) {
				t.Fatalf("%d decisions on %d of %d tasks", len(order), len(at), len(w.waiting))
			}
			nodes := map[string]executor.Node{}
			ram := map[string]float64{}
			for _, n := range w.nodes {
				nodes[n.Name], ram[n.Name] = n, float64(n.RAM>>30)
			}
			holds, before := map[plan.Account]godocker.Limits{}, map[plan.Account]godocker.Limits{}
			elements := 0
			take := func(q godocker.Queued, node string) {
				n := nodes[node]
				n.CPU, n.GPUs = n.CPU-q.CPU, n.GPUs-q.GPUs
				nodes[node], ram[node] = n, ram[node]-q.RAM
				for _, a := range []plan.Account{{ID: q.User}, {Project: true, ID: q.Project}} {
					h := holds[a]
					holds[a] = godocker.Limits{Tasks: h.Tasks + 1, CPU: h.CPU + q.CPU, RAM: h.RAM + q.RAM, GPUs: h.GPUs + q.GPUs}
				}
				if q.ParentID == anArray {
					elements++
				}
			}
			for _, q := range w.held {
				take(q, q.Node)
			}
			for a, h := range holds {
				before[a] = h
			}
			had := elements
			for _, q := range w.waiting {
				where := at[q.ID].node
				if at[q.ID].code != "" {
					continue
				}
				n := nodes[where]
				if n.Name == "" || n.Down || !godocker.LabelsMatch(q.Labels, n.Labels) {
					t.Fatalf("task %d is on %q", q.ID, where)
				}
				take(q, where)
				life := q.Lifespan
				if life == 0 {
					life = 24 * time.Hour
				}
				for _, r := range w.kept {
					if r.Covers(where) && r.Overlaps(noon, noon.Add(life)) && q.User != "eve" {
						t.Fatalf("task %d is on a node that is kept", q.ID)
					}
				}
			}
			for name, n := range nodes {
				if n.CPU < -1e-9 || ram[name] < -1e-9 || n.GPUs < 0 {
					t.Fatalf("node %s gave more than it has: %+v, %g GB", name, n, ram[name])
				}
			}
			for a, l := range w.limits {
				h, b := holds[a], before[a]
				if l.Tasks > 0 && h.Tasks > max(l.Tasks, b.Tasks) || l.CPU > 0 && h.CPU > max(l.CPU, b.CPU) || l.RAM > 0 && h.RAM > max(l.RAM, b.RAM) || l.GPUs > 0 && h.GPUs > max(l.GPUs, b.GPUs) {
					t.Fatalf("%v holds %+v, and may %+v", a, h, l)
				}
			}
			if n := w.bound.Parallel; n > 0 && elements > max(n, had) {
				t.Fatalf("%d elements at once, and it may be %d", elements, n)
			}
		}))
	}
}

// Whatever passes the first task that finds no room does not delay it: with everything
// running as long as it may, it starts as early as if nothing else had come.
func TestNothingDelaysTheFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := worlds.Draw(t, "world")
		w.limits, w.bound = nil, plan.Bound{}
		_, at := decisions(w.state(nil), w.terms(fifo.Scheduler{}, noon))
		var first int64
		alone := w
		alone.waiting = nil
		for d := range w.state(nil).Pass(w.terms(fifo.Scheduler{}, noon)) {
			q := *d.Task
			if d.Why == nil { // it is before the first that waits
				on(d.Node, noon)(&q)
				alone.held = append(alone.held, q)
				continue
			}
			if d.Why.Code == plan.Resources || d.Why.Code == plan.Reserved {
				first = d.Task.ID
				alone.waiting = append(alone.waiting, q)
				break
			}
		}
		if first == 0 {
			return
		}
		all := w
		all.waiting = alone.waiting
		all.held = append([]godocker.Queued{}, w.held...)
		for _, q := range w.waiting {
			if at[q.ID].node != "" {
				on(at[q.ID].node, noon)(&q)
				all.held = append(all.held, q)
			}
		}
		if a, b := startOf(alone, first), startOf(all, first); b.After(a) {
			t.Fatalf("task %d starts at %v, and alone at %v", first, b, a)
		}
	})
}

// startOf lets what is held run as long as it may, with nobody else waiting.
func startOf(w world, id int64) time.Time {
	for now := noon; now.Before(noon.Add(100 * time.Hour)); now = now.Add(10 * time.Minute) {
		left := w
		left.held = nil
		for _, q := range w.held {
			life := q.Lifespan
			if life == 0 {
				life = 24 * time.Hour
			}
			if q.Started.Add(life).After(now) {
				left.held = append(left.held, q)
			}
		}
		if _, at := decisions(left.state(nil), left.terms(fifo.Scheduler{}, now)); at[id].node != "" {
			return now
		}
	}
	return noon.Add(100 * time.Hour)
}
