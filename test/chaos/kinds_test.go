package chaos

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"godocker"
	"godocker/api"
)

func outcome(words ...godocker.Outcome) func(api.Task) bool {
	return func(one api.Task) bool { return slices.Contains(words, godocker.Outcome(one.Status.Outcome)) }
}

var succeeds = outcome(godocker.Succeeded)

func running(one api.Task) bool { return one.Status.Primary == "running" }
func over(one api.Task) bool    { return one.Status.Primary == "over" }

const leaveLine = "#!/bin/sh\necho $GODOCKER_JID >> /data/runs\n"

// kept is a task that leaves its line.
func kept(script string) api.Task {
	one := task(leaveLine + script)
	one.Container.Volumes = []api.Volume{{Name: "data", ACL: "rw"}}
	return one
}

func text(s string) *api.Text {
	t := api.Text(s)
	return &t
}

// everyKind is what an owner does with a task of each kind, until it needs no more
// from him.
var everyKind = []func(*owner){
	func(e *owner) {
		one := kept("exit 0\n")
		one.Notify.Email, one.Requirements.Label = true, []string{"zone==a"}
		e.ran(e.submit(one, "label and mail", succeeds), 1)
	},
	func(e *owner) { e.ran(e.submit(kept("exit 3\n"), "failing", outcome(godocker.Failed)), 1) },
	func(e *owner) {
		one := kept("exit 0\n")
		one.Requirements.Array.Values = text("4%2")
		id := e.submit(one, "array", succeeds)
		for i := range int64(4) {
			e.ran(id+1+i, 1)
		}
	},
	func(e *owner) {
		parent := e.submit(kept("exit 3\n"), "parent", outcome(godocker.Failed))
		for condition, ends := range map[string]godocker.Outcome{"fail": godocker.Succeeded, "any": godocker.Succeeded, "ok": godocker.Rejected} {
			one := kept("exit 0\n")
			one.Requirements.Tasks = []api.Text{api.Text(fmt.Sprintf("%s:%d", condition, parent))}
			id, runs := e.submit(one, condition+" of a parent", outcome(ends)), 1
			if ends == godocker.Rejected {
				runs = 0
			}
			e.ran(id, runs)
		}
	},
	func(e *owner) {
		id := e.submit(kept("while [ ! -e go ]; do sleep 0.1; done\n"), "suspended", succeeds)
		e.ran(id, 1)
		if !e.reach(id, "running", running) {
			return
		}
		e.wish(id, "suspend", func(c *api.Client) (api.TaskStatus, error) { return c.Suspend(e.t.Context(), id) })
		e.reach(id, "suspended", func(one api.Task) bool { return one.Status.Secondary != nil && *one.Status.Secondary == "suspended" })
		e.wish(id, "resume", func(c *api.Client) (api.TaskStatus, error) { return c.Resume(e.t.Context(), id) })
		e.letGo(id)
	},
	func(e *owner) {
		id := e.submit(kept("sleep 600\n"), "killed", outcome(godocker.Killed))
		e.ran(id, 1)
		e.reach(id, "under way", e.leftLine(id, 1))
		e.kill(id)
	},
	func(e *owner) {
		id := e.submit(kept("[ -e before ] && exit 0\ntouch before\nsleep 600\n"), "rescheduled", succeeds)
		e.ran(id, 2)
		if !e.reach(id, "under way", func(one api.Task) bool { return running(one) && e.leftLine(id, 1)(one) && e.has(one, "before") }) {
			return
		}
		e.wish(id, "reschedule", func(c *api.Client) (api.TaskStatus, error) { return c.Reschedule(e.t.Context(), id) })
	},
	func(e *owner) {
		one := kept("[ -e before ] && exit 0\ntouch before\nsleep 600\n")
		one.Requirements.Retry = api.Num(3)
		id := e.submit(one, "tried again", succeeds)
		e.ran(id, 2)
		if e.reach(id, "under way", func(one api.Task) bool { return running(one) && e.has(one, "before") }) {
			e.takeAway(id)
		}
	},
	func(e *owner) {
		one := kept("sleep 600\n")
		one.Requirements.MaxLifespan = "2s"
		e.ran(e.submit(one, "limited", outcome(godocker.TimedOut)), 1)
	},
	func(e *owner) {
		one := task("#!/bin/sh\ncp /bin/busybox shell && chmod 4755 shell\n")
		one.Container.Root = true
		e.submit(one, "as root", succeeds)
	},
	func(e *owner) {
		one := task("#!/bin/sh\ntouch mine\nsleep 600\n")
		one.Container.Root, one.Requirements.Retry = true, api.Num(9)
		id := e.submit(one, "as root, and killed while it waits", outcome(godocker.Killed))
		if !e.reach(id, "under way", func(one api.Task) bool { return running(one) && e.has(one, "mine") }) {
			return
		}
		e.takeAway(id)
		e.reach(id, "waiting", func(one api.Task) bool { return one.Status.DateRetry != nil || one.Status.Attempt > 1 })
		e.kill(id)
	},
	func(e *owner) {
		one := e.everything()
		one.Notify.Email = true
		e.ran(e.submit(one, "everything", succeeds), 1)
	},
	func(e *owner) {
		one := e.everything()
		one.Requirements.Array.Values = text("2")
		id := e.submit(one, "an array of everything", succeeds)
		e.ran(id+1, 1)
		e.ran(id+2, 1)
	},
	func(e *owner) {
		one := kept("exit 0\n")
		one.Container.Image = fmt.Sprintf("%s/lab/tool:%d", e.registry, e.taken.Add(1)%everyCount)
		one.Container.PullPolicy = "always"
		id := e.submit(one, "private image", func(one api.Task) bool {
			return succeeds(one) && strings.Contains(one.Container.Digest, e.registry+"/lab/tool@sha256:")
		})
		e.ran(id, 1)
	},
	func(e *owner) {
		one := kept("exit 0\n")
		one.Container.Image = strings.Replace(e.registry, "127.0.0.1", "localhost", 1) + "/lab/tool:0"
		e.ran(e.submit(one, "private image without a login there", outcome(godocker.CannotStart)), 0)
	},
	func(e *owner) { // wherever it is by then
		one := e.everything()
		one.Command.Cmd += "sleep 600\n"
		id := e.submit(one, "everything, and killed", outcome(godocker.Killed))
		e.reach(id, "noticed", func(one api.Task) bool {
			return strings.HasPrefix(one.Container.Status, "Fetching") || one.Status.Primary != "pending"
		})
		e.kill(id)
	},
	func(e *owner) {
		one := kept("exit 0\n")
		one.Requirements.URIs = []string{e.web + "/data.bin"}
		id := e.submit(one, "archived", func(one api.Task) bool { return one.Status.Primary == "archived" })
		e.ran(id, 1)
		if e.reach(id, "over", over) {
			e.wish(id, "archive", func(c *api.Client) (api.TaskStatus, error) { return c.Archive(e.t.Context(), id, false) })
			e.reach(id, "archived", func(one api.Task) bool { return one.Status.Primary == "archived" && !e.has(one, "") })
		}
	},
}

// everything is a task that asks for all that can be asked for at once.
func (e *owner) everything() api.Task {
	on := true
	one := kept(fmt.Sprintf("[ $(wc -c <data.bin) = %d ] || exit 11\n[ -n \"$GODOCKER_GPUS\" ] || exit 12\necho x >/tmp-data/x || exit 13\n", fetched))
	one.Container.Network = &on
	r := &one.Requirements
	r.GPUs, r.Ports, r.TmpStorage, r.URIs = api.Num(1), []api.Text{"80", "81"}, text("12M"), []string{e.web + "/data.bin"}
	r.Label, r.Retry, r.MaxLifespan = []string{"zone==a"}, api.Num(2), "1h"
	r.Resources = map[string]api.Text{godocker.ResourceShm: "1M"}
	return one
}

// has reports whether a task's folder has a file.
func (e *owner) has(one api.Task, name string) bool {
	dir := folderOf(one)
	_, err := os.Stat(filepath.Join(dir, name))
	return dir != "" && err == nil
}

// letGo makes the file that a task waits for.
func (e *owner) letGo(id int64) {
	one, err := e.task(id)
	if err == nil {
		err = os.WriteFile(filepath.Join(folderOf(one), "go"), nil, 0o644)
	}
	if err != nil {
		e.t.Errorf("task %d: %v", id, err)
	}
}
