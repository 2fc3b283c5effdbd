package api

// Added answers a submission.
type Added struct {
	Msg string `json:"msg"`
	ID  int64  `json:"id"`
}

// TaskStatus answers a question for the status alone, and every wish.
type TaskStatus struct {
	ID     int64  `json:"id"`
	Msg    string `json:"msg,omitempty"`
	Status Status `json:"status"`
}

// Many answers a request about several tasks.
type Many struct {
	Msg   string  `json:"msg"`
	Tasks []int64 `json:"tasks"` // their ids
}

// Credentials asks for a token with an API key, or logs a person in to the page
// with a password.
type Credentials struct {
	User     string `json:"user"`
	APIKey   string `json:"apikey,omitempty"`
	Password string `json:"password,omitempty"`
}

// Token answers Credentials.
type Token struct {
	Token string `json:"token"`
}

// File is one entry of a folder.
type File struct {
	Name string `json:"name"`
	Type string `json:"type"` // file or dir
	Size int64  `json:"size"` // bytes

	// Raw is the name as an address has it, percent-encoded, where it is not UTF-8: then
	// Name is not whole.
	Raw string `json:"raw,omitempty"`
}

// Error is the body of every answer that is not a success.
type Error struct {
	Status int          `json:"status"`
	Title  string       `json:"title"`
	Detail string       `json:"detail"`
	Msg    string       `json:"msg"`
	Code   string       `json:"code"`
	Errors []FieldError `json:"errors,omitempty"`
}

// FieldError says what is wrong with one field of a document.
type FieldError struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// Registry is a registry of images that somebody has a login for.
type Registry struct {
	Registry string `json:"registry"` // its address
	Username string `json:"username"`
	Date     Epoch  `json:"date"` // since when
}

// RegistryLogin is such a login. It is not read back.
type RegistryLogin struct {
	Username string `json:"username"`
	Password string `json:"password"`
}

// Page is one page of a list of tasks. Next is the cursor of the next one, 0 at
// the end.
type Page struct {
	Tasks []Task `json:"tasks"`
	Next  int64  `json:"next"`
}

// Event is one change of a task, as the event stream tells it.
type Event struct {
	Seq     int64  `json:"seq"`
	Date    Epoch  `json:"date"`
	Kind    string `json:"kind"`
	TaskID  int64  `json:"task_id"`
	User    string `json:"user"`
	Project string `json:"project"`
	Primary string `json:"primary"`
	State   string `json:"state"`
	Attempt int    `json:"attempt"`
	Text    string `json:"text"`
}

// Config is what clients and the page may know of the configuration.
type Config struct {
	Images           []Image             `json:"images"`
	Constraints      []Constraint        `json:"constraints"`
	Volumes          []Volume            `json:"volumes"`
	ExecutorFeatures []string            `json:"executor_features"`
	Executors        []string            `json:"executors"`
	Abilities        map[string][]string `json:"executor_abilities" doc:"what each executor can, in the words of executor_features, which has what any of them can"`
	Networks         []string            `json:"networks"`
	DefaultsCPU      float64             `json:"defaults_cpu"`
	DefaultsRAM      float64             `json:"defaults_ram"`
	AllowRoot        bool                `json:"allow_root"`
	AllowUserImages  bool                `json:"allow_user_images"`
	LinkedRegistries []string            `json:"link_image_to_registry"` // whose images have a page there
	PullPolicy       string              `json:"pull_policy"`
	PortAllocate     bool                `json:"port_allocate"`
	Guest            bool                `json:"guest"`
	FTP              string              `json:"ftp"`
	Version          string              `json:"version"`
	Idle             IdleRules           `json:"idle"`
	SSH              *Gateway            `json:"ssh,omitempty"`      // the gateway to interactive tasks, if there is one
	WebPort          string              `json:"web_port,omitempty"` // "host": each task's web port has an origin of its own; "shared": all have one, for one task at a time; absent: there are none
}

// IdleRules tell what becomes of interactive tasks in which nothing happens.
type IdleRules struct {
	After  string `json:"after,omitempty" doc:"of tasks that do not say; absent: never"`
	Action string `json:"action" doc:"what is done then, of tasks that do not say: suspend, end or none"`
	Max    string `json:"max,omitempty" doc:"the longest that a task may ask for; absent: no limit"`
}

// Gateway tells how the ssh gateway is reached; the name to log in with is the id or the
// name of a task.
type Gateway struct {
	Host        string `json:"host,omitempty"` // absent: that of this server
	Port        int    `json:"port"`
	HostKey     string `json:"host_key"`    // as in known_hosts, without names
	Fingerprint string `json:"fingerprint"` // as ssh shows it
}

// Image is an image that tasks may use.
type Image struct {
	Name        string `json:"name"`
	URL         string `json:"url"`
	Interactive bool   `json:"interactive"`
	Default     bool   `json:"default"`
}

// Constraint is a label that nodes have, with its possible values.
type Constraint struct {
	Name  string   `json:"name"`
	Value []string `json:"value"`
}

// User is the document of a person. Secrets are masked or absent.
type User struct {
	ID            string      `json:"id"`
	UID           int         `json:"uid"`
	GID           int         `json:"gid"`
	SGIDs         []int       `json:"sgids"`
	Email         string      `json:"email"`
	HomeDirectory string      `json:"homeDirectory"`
	Admin         bool        `json:"admin"`
	Type          string      `json:"type"`
	Last          Epoch       `json:"last"`
	Credentials   UserSecrets `json:"credentials"`
	Usage         UserUsage   `json:"usage"`
	Active        bool        `json:"active"`
	Guest         bool        `json:"guest"`
}

// NewKey asks for an API key.
type NewKey struct {
	Name    string   `json:"name"`
	Scopes  []string `json:"scopes"`  // full, read, submit, admin; none = full
	Expires Epoch    `json:"expires"` // null = never
}

// Key is an API key. The key itself is in the answer to its creation, and nowhere else.
type Key struct {
	ID      int64    `json:"id"`
	Name    string   `json:"name"`
	Prefix  string   `json:"prefix"` // how it begins
	Scopes  []string `json:"scopes"`
	Created Epoch    `json:"created"`
	Expires Epoch    `json:"expires"` // null = never
	Last    Epoch    `json:"last"`    // use, to the minute; null = not yet
	Key     string   `json:"key,omitempty"`
}

// Ticket lets who asked for it open one terminal in a task.
type Ticket struct {
	Ticket  string `json:"ticket"`
	Expires Epoch  `json:"expires"`
}

// Session is a login to the page.
type Session struct {
	ID      string `json:"id"`
	Address string `json:"address"` // that it was opened from
	Agent   string `json:"agent"`   // the browser, as it calls itself
	Created Epoch  `json:"created"`
	Expires Epoch  `json:"expires"`
	Last    Epoch  `json:"last"`    // use, to the minute
	Current bool   `json:"current"` // the one that asks
}

// UserSecrets shows which credentials a person has, not what they are.
type UserSecrets struct {
	APIKey  string `json:"apikey"`
	Public  string `json:"public"`
	Private string `json:"private"`
}

// UserUsage is a person's share and what limits it.
type UserUsage struct {
	Prio      int     `json:"prio"`
	QuotaTime float64 `json:"quota_time"`
	QuotaCPU  float64 `json:"quota_cpu"`
	QuotaRAM  float64 `json:"quota_ram"`
	QuotaGPU  float64 `json:"quota_gpu"`
	QuotaDisk int64   `json:"quota_disk"` // bytes
	RunningLimits
	Disk      int64  `json:"disk"`
	GuestHome string `json:"guest_home"`
}

// RunningLimits bound what somebody's tasks hold at one time; 0 = no limit.
type RunningLimits struct {
	MaxRunning     int     `json:"max_running"` // tasks
	MaxRunningCPU  float64 `json:"max_running_cpu"`
	MaxRunningRAM  float64 `json:"max_running_ram"` // GB
	MaxRunningGPUs int     `json:"max_running_gpus"`
}

// Project is the document of a project.
type Project struct {
	ID          string   `json:"id"`
	Description string   `json:"description"`
	Members     []string `json:"members"`
	Leaders     []string `json:"leaders"` // members who may change members and description
	Prio        int      `json:"prio"`
	QuotaCPU    float64  `json:"quota_cpu"`
	QuotaRAM    float64  `json:"quota_ram"`
	QuotaTime   float64  `json:"quota_time"`
	QuotaGPU    float64  `json:"quota_gpu"`
	QuotaDisk   int64    `json:"quota_disk"` // bytes
	RunningLimits
	Disk    int64    `json:"disk"` // bytes of the folders of its tasks that are over
	Volumes []Volume `json:"volumes"`
}

// WebEnter is the path to which a ticket for a web port is sent, as the field "ticket" of a form.
const WebEnter = "/.godocker/enter"

// Door is the way in to the web port of a task.
type Door struct {
	URL     string `json:"url" doc:"where to send the ticket, as the field \"ticket\" of a form"`
	Ticket  string `json:"ticket" doc:"good once, for a minute"`
	Port    int    `json:"port" doc:"of the task"`
	Expires Epoch  `json:"expires"`
}
