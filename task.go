package godocker

import (
	"cmp"
	"time"
)

// A Task is one computation that somebody asked for, and what became of it.
type Task struct {
	ID        int64
	ParentID  int64     // the array this task is an element of; 0 = none
	Submitted time.Time // when it was handed in

	User         Owner
	Meta         Meta
	Notify       Notify
	Requirements Requirements
	Container    Container
	Command      Command
	Needs        Dependencies // what Requirements.Dependencies means, by id; set at submission

	Life
}

// Owner is the person a task runs as, frozen at submission.
type Owner struct {
	ID      string `json:"id"`
	UID     int    `json:"uid"`
	GID     int    `json:"gid"`
	Groups  []int  `json:"groups,omitempty"` // secondary groups
	Email   string `json:"email,omitempty"`
	Home    string `json:"home,omitempty"` // home directory on the nodes; "" = none
	Project string `json:"project"`
}

// Meta is what the owner calls the task. It does not change how it runs.
type Meta struct {
	Name            string   `json:"name"`
	Description     string   `json:"description,omitempty"`
	Tags            []string `json:"tags,omitempty"`
	RescheduledFrom int64    `json:"rescheduled_from,omitempty"` // the earlier task this one repeats
}

// Notify says how the owner wants to hear of the task.
type Notify struct {
	Email bool `json:"email,omitempty"`
}

// Requirements is what the task needs before it can start.
type Requirements struct {
	CPU           float64           `json:"cpu"` // cores
	RAM           float64           `json:"ram"` // GB, powers of 1024 as the engines count
	GPUs          int               `json:"gpus,omitempty"`
	Labels        []string          `json:"labels,omitempty"`       // node constraints, name==value
	Dependencies  []string          `json:"dependencies,omitempty"` // task ids or conditions such as ok:12
	TmpStorage    string            `json:"tmpstorage,omitempty"`   // size of /tmp-data, such as 10g
	Array         Array             `json:"array,omitzero"`
	Ports         []int             `json:"ports,omitempty"`    // container ports to open
	WebPort       int               `json:"web_port,omitempty"` // on which it serves HTTP to those who may see it; 0 = none
	URIs          []string          `json:"uris,omitempty"`     // fetched into the folder before the start
	Retry         int               `json:"retry,omitempty"`    // further attempts after a system failure
	MaxLifespan   time.Duration     `json:"maxlifespan,omitempty"`
	Idle          Idle              `json:"idle,omitzero"`      // of an interactive task, as it was decided at submission
	Nice          int               `json:"nice,omitempty"`     // 0 to 100; it lets those with less pass
	Network       string            `json:"network,omitempty"`  // public, user or project
	Executor      string            `json:"executor,omitempty"` // name[:queue[:docker|native]]
	TicketShare   float64           `json:"ticket_share,omitempty"`
	Resources     map[string]string `json:"resources,omitempty"`
	UserQuota     Quota             `json:"user_quota,omitzero"`    // of the owner, as it was at submission
	ProjectQuota  Quota             `json:"project_quota,omitzero"` // of the project, as it was at submission
	FailurePolicy int               `json:"failure_policy,omitempty"`
}

// ResourceWarn is the key of Requirements.Resources that says how long before the end
// of its greatest duration a task wants to be told.
const ResourceWarn = "warn"

// ResourceShm is the key of Requirements.Resources that says how large /dev/shm is: a
// size such as 1g, in powers of 1000. It counts as memory.
const ResourceShm = "shm"

// RAMBytes is the memory limit in bytes.
func (r Requirements) RAMBytes() int64 { return int64(r.RAM * (1 << 30)) }

// Array describes the elements of a task array and how far they are.
type Array struct {
	Values  string  `json:"values,omitempty"`  // as asked for: start:stop:step
	TaskID  int64   `json:"task_id,omitempty"` // of an element: its value
	Count   int     `json:"count,omitempty"`   // of a parent: how many elements
	Over    int     `json:"over,omitempty"`    // of a parent: how many of them are over,
	Failed  int     `json:"failed,omitempty"`  // over without success,
	Running int     `json:"running,omitempty"` // starting or running
	Tasks   []int64 `json:"tasks,omitempty"`   // of a parent: their ids
}

// Quota limits what a user or project may use within the accounting window.
// 0 means no limit.
type Quota struct {
	CPU  float64 `json:"cpu,omitempty"`  // cpu seconds
	RAM  float64 `json:"ram,omitempty"`  // GB seconds
	Time float64 `json:"time,omitempty"` // seconds of run time
	GPU  float64 `json:"gpu,omitempty"`  // gpu seconds
	Disk int64   `json:"disk,omitempty"` // bytes

	Running Limits `json:"running,omitzero"`
}

// Limits bound what somebody's tasks hold at one time. 0 = no limit.
type Limits struct {
	Tasks int     `json:"tasks,omitempty"`
	CPU   float64 `json:"cpu,omitempty"` // cores
	RAM   float64 `json:"ram,omitempty"` // GB
	GPUs  int     `json:"gpus,omitempty"`
}

// Container is what the task runs in.
type Container struct {
	Image   string     `json:"image"`
	Network bool       `json:"network"`
	Root    bool       `json:"root,omitempty"`
	Volumes []Volume   `json:"volumes,omitempty"`
	Pull    PullPolicy `json:"pull,omitempty"` // "" = if it is not present
}

// Access says what a task may do with a volume.
type Access string

// The two kinds of access.
const (
	ReadOnly  Access = "ro"
	ReadWrite Access = "rw"
)

// A Volume is a folder of the nodes that is mounted into a task.
type Volume struct {
	Name  string `json:"name"`
	ACL   Access `json:"acl"`
	Path  string `json:"path"`            // on the node
	Mount string `json:"mount,omitempty"` // in the container; "" = Path
}

// Command is what the task does.
type Command struct {
	Interactive bool   `json:"interactive,omitempty"`
	Script      string `json:"-"` // the text of cmd.sh; stored apart, as lists never need it

	Env   map[string]string `json:"env,omitempty"`   // what the script finds beside the system's own variables
	Files []Attachment      `json:"files,omitempty"` // put into the task's folder before its start
}

// Life is what became of a task. Only rooms change it.
type Life struct {
	State     State
	Attempt   int    // number of the newest attempt; 0 = never tried
	Executor  string // which executor has it; "" until claimed
	Node      string // where it runs or ran
	Handle    string // the executor's name for the attempt; opaque
	EngineID  string // the engine's own id, for people
	Digest    string // the image that really ran: REPOSITORY@DIGEST, or its id if no registry knows it; "" = unknown
	IP        string // address of the container; "" = none or unknown
	Ports     []PortMapping
	Detail    string // what it is waiting for or doing right now, in words
	Wish      Wish
	Suspended bool          // frozen while it runs, or held back while it waits
	Frozen    time.Time     // since when it is frozen; zero = it is not
	Paused    time.Duration // how long the attempt was frozen before that
	Warned    time.Time     // when the attempt was told that its time is nearly up; zero = not yet
	Outcome   Outcome       // of one that runs: it is being ended so
	ExitCode  *int          // nil until known
	Reason    string        // why it ended as it did, in words; "" = nothing to say
	Started   time.Time
	Ended     time.Time
	Finished  time.Time // when it came to be over
	Measured  Measured
	Disk      int64     // bytes of its folder, once it is over, until it is archived; Uncounted = not known yet
	Failure   Failure   // attempts that the system failed
	HostKey   string    // public key of the attempt's ssh server, as in authorized_keys; "" = nobody can log in
	Ready     time.Time // since when people can log in to the attempt; zero = they cannot, or not yet
	Idle      time.Time // since when the people in the attempt are told that nothing happens in it; zero = something does
	NotBefore time.Time // the next attempt begins then at the earliest; zero = it need not wait
}

// Uncounted is the Life.Disk of a task whose folder is yet to be counted.
const Uncounted = -1

// Failure tells of the attempts of a task that ended through no fault of its own.
type Failure struct {
	Count  int
	Nodes  []string // where, each once, in the order of their first failure
	Reason string   // of the newest one, in words
}

// A PortMapping tells where a port of the container is reached.
type PortMapping struct {
	Host      int    `json:"host"`
	Container int    `json:"container"`
	IP        string `json:"ip,omitempty"` // the address where it is reached; "" = that of the node
}

// Measured is what an attempt really used. Zero values are unknown.
type Measured struct {
	PeakRAM    int64   `json:"peak_ram,omitempty"`    // bytes
	CPUSeconds float64 `json:"cpu_seconds,omitempty"` // user and system
	ReadBytes  int64   `json:"read_bytes,omitempty"`
	WriteBytes int64   `json:"write_bytes,omitempty"`
}

// Duration is how long the task ran, up to now if it still runs.
func (t *Task) Duration(now time.Time) time.Duration {
	switch {
	case t.Started.IsZero():
		return 0
	case t.Ended.IsZero():
		return now.Sub(t.Started)
	default:
		return t.Ended.Sub(t.Started)
	}
}

// Worked is how long the task ran without the time that it was frozen, up to now if
// it still runs.
func (t *Task) Worked(now time.Time) time.Duration {
	d := t.Duration(now) - t.Paused
	if !t.Frozen.IsZero() {
		if !t.Ended.IsZero() {
			now = t.Ended
		}
		d -= now.Sub(t.Frozen)
	}
	return max(d, 0)
}

// Limit is how long the task may run at most, by its own wish or else by the site's
// limit; 0 = as long as it likes.
func (t *Task) Limit(site time.Duration) time.Duration {
	return cmp.Or(t.Requirements.MaxLifespan, site)
}

// warnSession is how long before its end an interactive task is told of it, unless it
// asks for something else or its whole time is short.
const warnSession = 5 * time.Minute

// SessionWarning is how long before the end of a task that may run for so long people who
// are in it are told.
func SessionWarning(limit time.Duration) time.Duration {
	return max(min(warnSession, limit/10), time.Second).Truncate(time.Second)
}

// WarnBefore is how long before the end of its greatest duration the task is told;
// 0 = not at all.
func (t *Task) WarnBefore(site time.Duration) time.Duration {
	before, err := ParseLifespan(t.Requirements.Resources[ResourceWarn])
	if limit := t.Limit(site); t.Command.Interactive && limit > 0 && (err != nil || before == 0) {
		return SessionWarning(limit)
	}
	if err != nil {
		return 0
	}
	return before
}

// Secondary is the second word of the status that GO-Docker 1.x clients read. It
// is computed from state, wish and outcome. ok is false where those clients
// expect null.
func (t *Task) Secondary() (word string, ok bool) {
	if t.State.Final() {
		return endWords[t.Outcome], true
	}
	words, known := wishWords[t.Wish.Kind]
	if !known || t.Wish.By == "" && t.Wish.Refused != "" || t.Wish.Kind == WishReschedule && !t.Wish.Open() && t.State != Pending {
		return "", false // a new attempt is under way
	}
	switch {
	case t.Wish.Open():
		return words[0], true
	case t.Wish.Refused != "":
		return words[2], words[2] != ""
	default:
		return words[1], true
	}
}

var endWords = map[Outcome]string{
	Killed:    "killed",
	Rejected:  "rejected by scheduler",
	OverQuota: "quota reached",
	NodeLost:  "unknown",
}

// wishWords are the words for a wish that is open, granted and refused.
var wishWords = map[WishKind][3]string{
	WishKill:       {"kill requested", "killed", ""},
	WishSuspend:    {"suspend requested", "suspended", "suspend rejected"},
	WishResume:     {"resume requested", "resumed", "resume rejected"},
	WishReschedule: {"reschedule requested", "rescheduled", ""}, // it can only be refused to what is over
}
