package api

import (
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"godocker"
)

// TaskVolume is the name under which a task's own folder is listed.
const TaskVolume = "go-docker"

// FromTask returns the document of a task whose folder is at the given path.
func FromTask(t *godocker.Task, folder string, now time.Time) Task {
	return Task{
		ID: t.ID, ParentTaskID: id(t.ParentID), Date: Epoch{t.Submitted},
		User: Owner{ID: t.User.ID, UID: t.User.UID, GID: t.User.GID, SGIDs: list(t.User.Groups),
			Email: text(t.User.Email), Project: t.User.Project},
		Meta: Meta{Name: t.Meta.Name, Description: t.Meta.Description, Tags: list(t.Meta.Tags),
			RescheduledFrom: id(t.Meta.RescheduledFrom)},
		Notify:       Notify{Email: t.Notify.Email},
		Requirements: fromRequirements(&t.Requirements),
		Container:    fromContainer(t, folder),
		Command:      fromCommand(&t.Command),
		Status:       FromStatus(t, now),
	}
}

func fromCommand(c *godocker.Command) Command {
	out := Command{Interactive: c.Interactive, Cmd: c.Script, Env: c.Env}
	for _, f := range c.Files {
		out.Files = append(out.Files, File64{Name: f.Name})
	}
	return out
}

// FromStatus returns the status object of a task.
func FromStatus(t *godocker.Task, now time.Time) Status {
	s := Status{Primary: t.State.Primary(), ExitCode: t.ExitCode, DateOver: Epoch{t.Finished},
		Outcome: string(t.Outcome), Attempt: t.Attempt, Disk: max(t.Disk, 0)}
	if word, ok := t.Secondary(); ok {
		s.Secondary = &word
	}
	s.Reason = text(t.Reason)
	if s.Reason == nil && (t.State == godocker.Pending || t.State == godocker.Starting) {
		s.Reason = text(t.Detail)
	}
	if s.Reason == nil && t.Dozes() {
		s.Reason = text(t.Requirements.Idle.Reason())
	}
	if s.Reason == nil && t.Wish.By != "" {
		s.Reason = text(t.Wish.Refused)
	}
	if t.State == godocker.Running && !t.Idle.IsZero() {
		s.Idle = &Idle{Warned: Epoch{t.Idle}, Frozen: t.Dozes()}
	}
	if !t.Started.IsZero() {
		d := t.Duration(now).Seconds()
		s.DateRunning, s.Duration = &Epoch{t.Started}, &d
		s.Suspended = (t.Duration(now) - t.Worked(now)).Seconds()
	}
	if w := t.Wish; w.Kind != "" {
		s.Wish = &Wish{Kind: string(w.Kind), By: w.By, Asked: Epoch{w.Asked}, Done: Epoch{w.Done}, Refused: w.Refused}
	}
	if t.State == godocker.Pending && !t.NotBefore.IsZero() {
		s.DateRetry = &Epoch{t.NotBefore}
	}
	if f := t.Failure; f.Count > 0 {
		s.Failure = &Failure{Reason: f.Reason, Nodes: list(f.Nodes), Count: f.Count}
	}
	return s
}

func fromRequirements(r *godocker.Requirements) Requirements {
	out := Requirements{
		CPU: Num(r.CPU), RAM: Num(r.RAM), GPUs: Num(float64(r.GPUs)), Label: list(r.Labels), Tasks: texts(r.Dependencies),
		Array:   fromArray(&r.Array),
		Network: r.Network, Executor: r.Executor, URIs: shownURIs(r.URIs),
		UserQuotaCPU: r.UserQuota.CPU, UserQuotaRAM: r.UserQuota.RAM, UserQuotaTime: r.UserQuota.Time,
		ProjectQuotaCPU: r.ProjectQuota.CPU, ProjectQuotaRAM: r.ProjectQuota.RAM, ProjectQuotaTime: r.ProjectQuota.Time,
	}
	if r.TmpStorage != "" {
		size := Text(r.TmpStorage)
		out.TmpStorage = &size
	}
	for _, p := range r.Ports {
		out.Ports = append(out.Ports, Text(strconv.Itoa(p)))
	}
	if r.WebPort > 0 {
		out.WebPort = Num(float64(r.WebPort))
	}
	if r.Retry > 0 {
		out.Retry = Num(float64(r.Retry))
	}
	if r.FailurePolicy > 0 {
		out.FailurePolicy = Num(float64(r.FailurePolicy))
	}
	if r.Nice > 0 {
		out.Nice = Num(float64(r.Nice))
	}
	if r.TicketShare > 0 {
		out.TicketShare = Num(r.TicketShare)
	}
	if r.MaxLifespan > 0 {
		out.MaxLifespan = Text(godocker.FormatLifespan(r.MaxLifespan))
	}
	if r.Idle.After > 0 {
		out.Idle = Text(godocker.FormatLifespan(r.Idle.After))
	}
	out.IdleAction = string(r.Idle.Action)
	for k, v := range r.Resources {
		if out.Resources == nil {
			out.Resources = map[string]Text{}
		}
		out.Resources[k] = Text(v)
	}
	return out
}

// sshUser is whom a session is of.
func sshUser(t *godocker.Task) string {
	if t.Container.Root {
		return "root"
	}
	return "godocker"
}

// Fingerprint is how people compare keys.
func Fingerprint(key string) string {
	parts := strings.Fields(key)
	if len(parts) < 2 {
		return ""
	}
	blob, err := base64.StdEncoding.DecodeString(parts[1])
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(blob)
	return "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:])
}

func fromArray(a *godocker.Array) Array {
	out := Array{TaskID: id(a.TaskID), Tasks: list(a.Tasks)}
	if a.Values != "" {
		values := Text(a.Values)
		out.Values = &values
	}
	if a.Count > 0 {
		out.NbTasks, out.NbTasksOver, out.NbFailed, out.NbRunning = &a.Count, &a.Over, &a.Failed, &a.Running
	}
	return out
}

func fromContainer(t *godocker.Task, folder string) Container {
	c := Container{Image: t.Container.Image, Network: &t.Container.Network, Root: t.Container.Root,
		PullPolicy: string(t.Container.Pull), Digest: t.Digest,
		ID: text(t.EngineID), IPAddress: t.IP, Ports: []string{}, Volumes: []Volume{}}
	if t.State != godocker.Pending {
		c.Executor = t.Executor
	}
	if !t.State.Final() {
		c.Status = t.Detail
	}
	if t.State == godocker.Running && t.HostKey != "" {
		c.SSH = &SSH{User: sshUser(t), HostKey: t.HostKey, Fingerprint: Fingerprint(t.HostKey)}
		if c.Status = "starting"; !t.Ready.IsZero() {
			c.Status, c.SSH.Ready, c.SSH.Since = "ready", true, &Epoch{t.Ready}
		}
	}
	for _, v := range t.Container.Volumes {
		c.Volumes = append(c.Volumes, Volume{Name: v.Name, ACL: string(v.ACL), Path: v.Path, Mount: v.Mount})
	}
	if t.State != godocker.Pending || t.Attempt > 0 {
		c.Volumes = append(c.Volumes, Volume{Name: TaskVolume, ACL: string(godocker.ReadWrite), Path: folder, Mount: "/mnt/go-docker"})
	}
	for _, p := range t.Ports {
		c.Ports = append(c.Ports, strconv.Itoa(p.Host))
		c.PortMapping = append(c.PortMapping, PortMapping(p))
	}
	if t.Node != "" {
		c.Meta = &ContainerMeta{Node: Node{Name: t.Node}}
		if t.State.Final() {
			c.Meta.State.ExitCode = t.ExitCode
		}
	}
	if t.Measured != (godocker.Measured{}) {
		m := Stats(t.Measured)
		c.Stats = &m
	}
	return c
}

// FromEvent returns the document of an event.
func FromEvent(e godocker.Event) Event {
	return Event{Seq: e.Seq, Date: Epoch{e.At}, Kind: string(e.Kind), TaskID: e.TaskID, User: e.User, Project: e.Project,
		Primary: e.To.Primary(), State: string(e.To), Attempt: e.Attempt, Text: e.Text}
}

// FromUser returns the document of a person, with the first characters of a key
// if there is one.
func FromUser(u *godocker.User, keyPrefix string) User {
	masked := ""
	if keyPrefix != "" {
		masked = keyPrefix + "…"
	}
	return User{
		ID: u.ID, UID: u.UID, GID: u.GID, SGIDs: list(u.Groups), Email: u.Email, HomeDirectory: u.Home,
		Admin: u.Admin, Type: u.Source, Last: Epoch{u.LastSeen}, Active: u.Active, Guest: u.Guest,
		Credentials: UserSecrets{APIKey: masked, Public: u.PublicKey},
		Usage: UserUsage{Prio: u.Priority, QuotaTime: u.Quota.Time, QuotaCPU: u.Quota.CPU, QuotaRAM: u.Quota.RAM,
			QuotaGPU: u.Quota.GPU, QuotaDisk: u.Quota.Disk, RunningLimits: fromLimits(u.Quota.Running), Disk: u.DiskUsed},
	}
}

func fromLimits(l godocker.Limits) RunningLimits {
	return RunningLimits{MaxRunning: l.Tasks, MaxRunningCPU: l.CPU, MaxRunningRAM: l.RAM, MaxRunningGPUs: l.GPUs}
}

// FromKey returns the document of an API key, without the key.
func FromKey(k *godocker.Key) Key {
	scopes := []string{}
	for _, s := range k.Scopes {
		scopes = append(scopes, string(s))
	}
	if len(scopes) == 0 {
		scopes = append(scopes, string(godocker.ScopeFull))
	}
	return Key{ID: k.ID, Name: k.Name, Prefix: k.Prefix + "…", Scopes: scopes, Created: Epoch{k.Created}, Expires: Epoch{k.Expires}, Last: Epoch{k.LastUsed}}
}

// FromSession returns the document of a session.
func FromSession(n *godocker.Session, current bool) Session {
	return Session{ID: n.ID, Address: n.Address, Agent: n.Agent, Created: Epoch{n.Created}, Expires: Epoch{n.Expires}, Last: Epoch{n.LastUsed}, Current: current}
}

func id(v int64) *int64 {
	if v == 0 {
		return nil
	}
	return &v
}

func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// list is for documents in which clients expect a list even if it is empty.
func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

func texts(l []string) []Text {
	out := make([]Text, len(l))
	for i, s := range l {
		out[i] = Text(s)
	}
	return out
}

// shownURIs keeps back what may be a secret.
func shownURIs(uris []string) []string {
	var out []string
	for _, u := range uris {
		out = append(out, godocker.ShownURI(u))
	}
	return out
}

// FromLogin returns the document of a login, without its secret.
func FromLogin(l godocker.Login) Registry {
	return Registry{Registry: l.Registry, Username: l.Username, Date: Epoch{l.Created}}
}

// FromProject returns the document of a project.
func FromProject(p *godocker.Project) Project {
	out := Project{ID: p.ID, Description: p.Description, Members: list(p.Members), Leaders: list(p.Leaders), Prio: p.Priority,
		QuotaCPU: p.Quota.CPU, QuotaRAM: p.Quota.RAM, QuotaTime: p.Quota.Time,
		QuotaGPU: p.Quota.GPU, QuotaDisk: p.Quota.Disk, RunningLimits: fromLimits(p.Quota.Running), Disk: p.DiskUsed, Volumes: []Volume{}}
	for _, v := range p.Volumes {
		out.Volumes = append(out.Volumes, Volume{Name: v.Name, ACL: string(v.ACL), Path: v.Path, Mount: v.Mount})
	}
	return out
}
