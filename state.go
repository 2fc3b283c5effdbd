package godocker

// A State is a place a task can be. Each state has exactly one room that may move
// a task out of it; the table in ARCHITECTURE.md names it.
type State string

// The states, in the order in which a task meets them.
const (
	Pending  State = "pending"  // stored, waiting for the scheduler
	Starting State = "starting" // chosen, being handed to the executor
	Running  State = "running"  // the executor has it
	Ending   State = "ending"   // stopped; being accounted for
	Over     State = "over"     // final: the result is known
	Archived State = "archived" // final: the files are gone, the record is kept
)

// States lists every state in order.
var States = []State{Pending, Starting, Running, Ending, Over, Archived}

// next is the whole state machine.
var next = map[State][]State{
	Pending:  {Starting, Over},
	Starting: {Running, Pending, Ending},
	Running:  {Ending},
	Ending:   {Over, Pending},
	Over:     {Archived},
	Archived: {},
}

// CanMove reports whether a task may go from one state to another in one step.
func CanMove(from, to State) bool {
	for _, s := range next[from] {
		if s == to {
			return true
		}
	}
	return false
}

// Final reports whether no room touches the task again, except to archive it.
func (s State) Final() bool { return s == Over || s == Archived }

// Holds reports whether a task in this state occupies resources of its node.
func (s State) Holds() bool { return s == Starting || s == Running }

// Primary is the name that GO-Docker 1.x clients know the state by.
func (s State) Primary() string {
	switch s {
	case Starting:
		return string(Pending)
	case Ending:
		return string(Running)
	default:
		return string(s)
	}
}
