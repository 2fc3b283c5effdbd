package api

import "encoding/json"

// Task is the task document. A partial one submits a task.
type Task struct {
	ID           int64        `json:"id"`
	ParentTaskID *int64       `json:"parent_task_id"`
	Date         Epoch        `json:"date"`
	User         Owner        `json:"user"`
	Meta         Meta         `json:"meta"`
	Notify       Notify       `json:"notify"`
	Requirements Requirements `json:"requirements"`
	Container    Container    `json:"container"`
	Command      Command      `json:"command"`
	Status       Status       `json:"status"`
}

// Owner is the person a task runs as.
type Owner struct {
	ID      string  `json:"id"`
	UID     int     `json:"uid"`
	GID     int     `json:"gid"`
	SGIDs   []int   `json:"sgids"`
	Email   *string `json:"email"`
	Project string  `json:"project"`
}

// Meta is what the owner calls the task.
type Meta struct {
	Name            string   `json:"name"`
	Description     string   `json:"description"`
	Tags            []string `json:"tags"`
	RescheduledFrom *int64   `json:"rescheduled_from,omitempty"`
}

// Notify says how the owner wants to hear of the task.
type Notify struct {
	Email bool `json:"email"`
}

// Requirements is what the task needs.
type Requirements struct {
	CPU              Number          `json:"cpu,omitzero"` // not set = the site's default
	RAM              Number          `json:"ram,omitzero"` // the same
	GPUs             Number          `json:"gpus"`
	Label            []string        `json:"label"`
	Tasks            []Text          `json:"tasks"`
	TmpStorage       *Text           `json:"tmpstorage"`
	Array            Array           `json:"array"`
	Ports            []Text          `json:"ports,omitempty"`
	WebPort          Number          `json:"web_port,omitzero"` // on which it serves HTTP to those who may see it, through the server
	URIs             []string        `json:"uris,omitempty"`    // fetched into the folder before the start; user, password and query are not shown
	Retry            Number          `json:"retry,omitzero"`
	FailurePolicy    Number          `json:"failure_policy,omitzero"`
	MaxLifespan      Text            `json:"maxlifespan,omitempty"`
	Idle             Text            `json:"idle,omitempty"`        // of an interactive task: without a keystroke and practically without cpu for so long, it is idle
	IdleAction       string          `json:"idle_action,omitempty"` // what is done then: suspend, end or none
	Nice             Number          `json:"nice,omitzero"`         // 0 to 100: lets those with less pass
	Network          string          `json:"network,omitempty"`
	Executor         string          `json:"executor,omitempty"`
	TicketShare      Number          `json:"ticket_share,omitzero"`
	Resources        map[string]Text `json:"resources,omitempty"`
	UserQuotaCPU     float64         `json:"user_quota_cpu"`
	UserQuotaRAM     float64         `json:"user_quota_ram"`
	UserQuotaTime    float64         `json:"user_quota_time"`
	ProjectQuotaCPU  float64         `json:"project_quota_cpu"`
	ProjectQuotaRAM  float64         `json:"project_quota_ram"`
	ProjectQuotaTime float64         `json:"project_quota_time"`
}

// Array describes the elements of a task array.
type Array struct {
	Values      *Text   `json:"values"`
	TaskID      *int64  `json:"task_id"`
	NbTasks     *int    `json:"nb_tasks"`
	NbTasksOver *int    `json:"nb_tasks_over"`
	NbFailed    *int    `json:"nb_tasks_failed,omitempty"`  // over without success
	NbRunning   *int    `json:"nb_tasks_running,omitempty"` // starting or running
	Tasks       []int64 `json:"tasks"`
}

// Container is what the task runs in.
type Container struct {
	Image       string         `json:"image"`
	Network     *bool          `json:"network"`
	PullPolicy  string         `json:"pull_policy,omitempty"` // if-not-present, always or never
	Digest      string         `json:"digest,omitempty"`      // the image that really ran: REPOSITORY@DIGEST, or an id of the engine
	Root        bool           `json:"root"`
	ID          *string        `json:"id"`
	Executor    string         `json:"executor,omitempty"` // which has it; absent until one was chosen
	Meta        *ContainerMeta `json:"meta"`
	Stats       *Stats         `json:"stats"`
	Ports       []string       `json:"ports"`
	PortMapping []PortMapping  `json:"port_mapping,omitempty"`
	IPAddress   string         `json:"ip_address,omitempty"`
	Status      string         `json:"status,omitempty"` // what it is doing, in words; of an interactive task that runs: starting or ready
	SSH         *SSH           `json:"ssh,omitempty"`    // of an interactive task that runs
	Volumes     []Volume       `json:"volumes"`
}

// SSH tells how to log in to an interactive task; where is in the port mapping, as the port of container port 22.
type SSH struct {
	User        string `json:"user"`
	HostKey     string `json:"host_key" doc:"public, as in authorized_keys"`
	Fingerprint string `json:"fingerprint" doc:"of the host key, as ssh-keygen -l prints it"`
	Ready       bool   `json:"ready" doc:"people can log in"`
	Since       *Epoch `json:"date_ready,omitempty"`
}

// ContainerMeta has the parts of the engine's description that clients read.
type ContainerMeta struct {
	Node  Node        `json:"Node"`
	State EngineState `json:"State"`
}

// Node names the host that a task runs on.
type Node struct {
	Name string `json:"Name"`
}

// EngineState tells the exit code, once the task is over.
type EngineState struct {
	ExitCode *int `json:"ExitCode,omitempty"`
}

// Stats is what the task used.
type Stats struct {
	PeakRAM    int64   `json:"peak_ram"`    // bytes
	CPUSeconds float64 `json:"cpu_seconds"` // user and system
	ReadBytes  int64   `json:"read_bytes"`
	WriteBytes int64   `json:"write_bytes"`
}

// PortMapping tells where a port of the container is reached.
type PortMapping struct {
	Host      int    `json:"host"`
	Container int    `json:"container"`
	IP        string `json:"ip,omitempty"` // the address where it is reached; "" = that of the node
}

// Volume is a folder that is mounted into the container.
type Volume struct {
	Name  string `json:"name"`
	ACL   string `json:"acl,omitempty"`
	Path  string `json:"path,omitempty"`
	Mount string `json:"mount,omitempty"`
}

// Command is what the task does.
type Command struct {
	Interactive bool              `json:"interactive"`
	Cmd         string            `json:"cmd"`
	Env         map[string]string `json:"env,omitempty" doc:"variables that the script finds"`
	Files       []File64          `json:"files,omitempty" doc:"small files that are put into the task's folder before it starts"`
}

// File64 is a small file of a task.
type File64 struct {
	Name    string `json:"name"`
	Content []byte `json:"content,omitempty" doc:"in base64; not read back here, but below files/"`
}

// Status is where the task is in its life.
type Status struct {
	Primary     string   `json:"primary"`
	Secondary   *string  `json:"secondary"`
	Reason      *string  `json:"reason"`
	ExitCode    *int     `json:"exitcode"`
	DateRunning *Epoch   `json:"date_running,omitempty"`
	DateOver    Epoch    `json:"date_over"`
	Duration    *float64 `json:"duration,omitempty"` // seconds
	Failure     *Failure `json:"failure,omitempty"`
	Disk        int64    `json:"disk,omitempty"`       // bytes of its files, counted to its owner until it is archived
	DateRetry   *Epoch   `json:"date_retry,omitempty"` // when it is tried again that waits after a failure of the system
	Outcome     string   `json:"outcome,omitempty"`    // one word; see godocker.Outcome
	Attempt     int      `json:"attempt,omitempty"`
	Suspended   float64  `json:"suspended,omitempty"` // seconds of the duration that it was suspended
	Wish        *Wish    `json:"wish,omitempty"`
	Idle        *Idle    `json:"idle,omitempty"` // of an interactive task in which nothing happens
}

// Idle tells of an interactive task in which nothing happens.
type Idle struct {
	Warned Epoch `json:"date_warned" doc:"since when its people are told"`
	Frozen bool  `json:"frozen,omitempty" doc:"it is suspended for that: who connects to it, or resumes it, wakes it"`
}

// Wish is what was last asked for.
type Wish struct {
	Kind    string `json:"kind"` // kill, suspend, resume, reschedule, archive or purge
	By      string `json:"by"`
	Asked   Epoch  `json:"date_asked"`
	Done    Epoch  `json:"date_done"`         // null until it was done
	Refused string `json:"refused,omitempty"` // why it was not
}

// Alteration changes a requirement after the submission.
type Alteration struct {
	Name  string          `json:"name" doc:"of the field in requirements" example:"maxlifespan"`
	Value json.RawMessage `json:"value" doc:"as in a task"`
}

// Failure tells of attempts that the system failed.
type Failure struct {
	Reason string   `json:"reason"`
	Nodes  []string `json:"nodes"`
	Count  int      `json:"count"`
}
