// Package executor defines what the system asks of an engine that runs tasks.
// Implementations live in the subfolders; each must pass executortest.Run, and
// what that suite asserts is the contract.
package executor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"godocker"
)

// A Handle names one attempt of one task inside an engine. It is opaque to the
// caller, is stored with the task, and outlives this process: any process with
// the same configuration can act on it.
type Handle string

// The two ways in which Start can say no. Every other error means that the engine
// could not be asked, and that the same Start may be tried again.
var (
	// ErrNoRoom: the engine has no room for the attempt now. The task goes
	// back to wait.
	ErrNoRoom = errors.New("no room")
	// ErrCannotStart: the engine can never start it: no such image, a bad
	// mount. The text of the error is shown to the owner of the task.
	ErrCannotStart = errors.New("cannot start")
)

// PortTaken is the error of a Start for which a port of the node was not free. It can
// be tried again with another port.
type PortTaken struct{ Port int }

func (p PortTaken) Error() string { return fmt.Sprintf("port %d of the node is in use", p.Port) }

// Scarce is an ErrNoRoom that is about one thing, and not about the node as a whole:
// others may still find room.
type Scarce struct{ What string }

func (s Scarce) Error() string   { return s.What }
func (s Scarce) Is(e error) bool { return e == ErrNoRoom }

// A Mount shows a folder or file of the node inside the container.
type Mount struct {
	Source   string
	Target   string
	ReadOnly bool
}

// An Assignment is everything an executor needs to start one attempt.
type Assignment struct {
	Cluster string // name of this installation
	Task    int64
	Attempt int
	Mark    string // the task's; see godocker.Task.Mark
	Image   string
	Pull    godocker.PullPolicy // "" = if not present
	Login   *RegistryLogin      // shown to the registry of the image if it is fetched; nil = nothing
	Command []string            // replaces the image's entry point and command
	Env     map[string]string
	WorkDir string
	Mounts  []Mount
	CPU     float64 // cores, a hard limit
	RAM     int64   // bytes, a hard limit, swap included
	GPUs    int
	Devices []string               // which gpus, by their names on the node, where it tells them; ErrCannotStart if it has no such
	Shm     int64                  // bytes of /dev/shm; 0 = the engine's default
	Tmp     int64                  // bytes of temporary storage at /tmp-data, a hard limit; it is root's and goes with the attempt; 0 = none
	Ports   []godocker.PortMapping // ports of the container and where the node shows them
	PIDs    int64                  // greatest number of processes; 0 = the engine's default
	Network bool                   // false = none at all
	Root    bool                   // the command stays root, and has the rights that installing a package takes
	Labels  map[string]string
	Node    string        // the node chosen by the scheduler; "" = the engine chooses
	Grace   time.Duration // of every Kill, for engines that must know it before; 0 = the engine's default

	// Constraints are the labels that the node must have (name==value), for an engine
	// that chooses. User is whom the command becomes by itself, for an engine that lets
	// nobody begin as root.
	Constraints []string
	User        *Identity

	// Secret, if not nil, is a file that only root can read, made inside of
	// the container before the command begins, which is to remove it. Its
	// content lies nowhere else. With it, the command may also use ports of
	// the container below 1024. Only for executors whose Capabilities have
	// Interactive.
	Secret *Secret

	// MayUse, if not nil, is asked when the engine has the image and before the
	// attempt begins, so that nobody runs what another's login brought to the
	// node. Its error is that of Start, and the attempt has not begun then. An
	// attempt that began before is not asked about.
	MayUse func(ctx context.Context) error

	// Progress, if not nil, is told in words what Start is waiting for, such
	// as the pull of an image. It may be called from any goroutine until
	// Start returns.
	Progress func(text string)
}

// An Identity is a user of the operating system.
type Identity struct {
	UID, GID int
	Groups   []int
}

// A Secret is a file for the command alone.
type Secret struct {
	Path    string // absolute, in the container's root
	Content []byte
}

// Name is the attempt's name in the engine; see godocker.AttemptName.
func (a Assignment) Name() string { return godocker.AttemptName(a.Cluster, a.Task, a.Attempt, a.Mark) }

// Started is the engine's receipt for an attempt.
type Started struct {
	Handle   Handle
	EngineID string // the engine's own id, for people
	Digest   string // of the image: REPOSITORY@DIGEST, or an id of the engine; "" = unknown
	Node     string
	IP       string
	Ports    []godocker.PortMapping
}

// A Phase is what the engine says of an attempt.
type Phase string

// The phases. Lost means that the engine does not know the handle.
const (
	Waiting Phase = "waiting"
	Active  Phase = "active"
	Exited  Phase = "exited"
	Lost    Phase = "lost"
)

// Status is one observation of one attempt. Outcome is set only where the engine
// knows more than the exit code: OutOfMemory, NodeLost, CannotStart, or Failed at
// another limit, with the Reason in words for the owner of the task.
type Status struct {
	Handle   Handle
	Phase    Phase
	ExitCode int // with the outcome NodeLost, 0 = unknown
	Outcome  godocker.Outcome
	Reason   string
	Node     string
	Started  time.Time // zero = unknown; a process that did not see it may tell an earlier time
	Ended    time.Time // zero = unknown
}

// A Node is a machine, or all of an engine that does not tell its machines apart.
type Node struct {
	Name    string
	CPU     float64 // cores in all
	RAM     int64   // bytes in all
	GPUs    int
	Devices []string // names of the gpus, where a task is to be given certain ones
	Labels  map[string]string
	Down    bool // takes no attempt now
}

// Capabilities says which abilities of a task the engine has. A task that asks
// for another is refused at its submission.
type Capabilities struct {
	Root        bool // tasks as root
	Suspend     bool
	Interactive bool
	Join        bool // it is a Joiner
	Signals     bool // it is a Signaler
	Ports       bool
	GPUs        bool
	TmpStorage  bool
	Network     bool // tasks without network are kept from it
	PullNever   bool // nodes are kept from asking for images
	Limits      bool // cpu and memory limits are enforced
	TellsMemory bool // it tells that an attempt ran out of memory; else the runner alone does
	Runner      bool // attempts are run by the runner, which leaves its result in the task's folder
	Places      bool // it chooses nodes itself: what Nodes says is only looked at for room
	Addresses   bool // the engine says where ports are reached, such as at an address of the attempt's own: none of the node are reserved for it
	OwnLogins   bool // each start that is to pull its image shows its own login to the registry, also where the node has the image
	Local       bool // mounts are of this very machine, so that they can be told from others by device and number
}

// Executor runs attempts of tasks. All methods may be called concurrently.
type Executor interface {
	// Capabilities reports what the engine can do. It never changes.
	Capabilities() Capabilities

	// Nodes reports the machines and their whole capacity.
	Nodes(ctx context.Context) ([]Node, error)

	// Start begins an attempt and returns without waiting for its end. An
	// attempt that was started before, even by another process, even if it
	// has ended since, is not started again: its receipt is returned. An
	// attempt of a task with another mark is another one, whatever its
	// number: neither is seen, ended or removed by the other's handle.
	Start(ctx context.Context, a Assignment) (Started, error)

	// Inspect reports on each handle, in order. An unknown handle is Lost,
	// not an error: an error means that nothing is known about any of them.
	Inspect(ctx context.Context, hs []Handle) ([]Status, error)

	// Kill ends the attempt: TERM to all its processes, and KILL after the
	// grace time. It may return before the end. Killing an attempt that is
	// over or lost is not an error.
	Kill(ctx context.Context, h Handle, grace time.Duration) error

	// Remove frees whatever the attempt still holds, killing it if it runs.
	// It may be called twice, and for an unknown handle.
	Remove(ctx context.Context, h Handle) error
}

// Suspender is implemented by executors that can freeze an attempt. Both methods
// are idempotent.
type Suspender interface {
	Suspend(ctx context.Context, h Handle) error
	Resume(ctx context.Context, h Handle) error
}

// Registrar is implemented by executors whose engine fetches images for certain
// people.
type Registrar interface {
	// Ask reports whether a registry lets somebody have an image: with a
	// login, or, if it is nil, anybody. No is a RegistryRefusal; every other
	// error leaves it unknown.
	Ask(ctx context.Context, image string, login *RegistryLogin) error
}

// Ender is implemented by executors whose engine tells of ends by itself.
type Ender interface {
	// Ends calls ready once it listens, and then end for each attempt of
	// the cluster that ended, until ctx is done or the engine goes away; it
	// then returns the reason. What happened while nobody listened is not
	// told: the caller inspects after ready.
	Ends(ctx context.Context, cluster string, ready func(), end func(Handle)) error
}

// Finder is implemented by executors that know an attempt by its number as well as
// by its handle. It finds attempts whose handle was never stored.
type Finder interface {
	// Find returns the handle of an attempt of the task with that mark, or "" if
	// the engine has none.
	Find(ctx context.Context, cluster string, task int64, attempt int, mark string) (Handle, error)
}

// Found is an attempt that an engine holds.
type Found struct {
	Handle  Handle
	Task    int64
	Attempt int
	Mark    string // of the task that it was started for
}

// Lister is implemented by executors that can tell what they hold, so that whatever
// was left behind by a crash at a bad moment is found.
type Lister interface {
	List(ctx context.Context, cluster string) ([]Found, error)
}
