package main

import (
	"fmt"
	"math"
	"os"
	"strings"
	"unicode/utf8"

	"godocker"
	"godocker/api"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// ask is what the flags of create say.
type ask struct {
	name, description, tags, project, image                  string
	pull                                                     string
	script, cmd, array, login, parent, tmp, placement, ports string
	cpu, ram                                                 float64
	gpus, retry, nice, web                                   int
	volumes, labels, env, uris                               []string
	idle, idleAction                                         string
	lifespan, warn                                           string
	body                                                     string // the script itself, if it was read already
	interactive, root, wait, notify, retrySet, external      bool
	cpuUnset, ramUnset                                       bool // the site decides
	webSet                                                   bool
	set                                                      []string // NAME=VALUE
	noNetwork                                                bool
	attach                                                   bool
}

func (a *client) create() *cobra.Command {
	var k ask
	c := &cobra.Command{
		Use: "create", Short: "Submit a task", Args: cobra.ArbitraryArgs,
		Example: "  god job create -i debian:12 -c 4 -r 16 --interactive --attach\n" +
			"  godjob create -n count -i debian:12 -c 2 -r 4 -v home -s count.sh\n" +
			"  godjob create -i debian:12 --cmd 'echo hello' --wait",
		RunE: func(c *cobra.Command, args []string) error {
			k.retrySet, k.webSet = c.Flags().Changed("retry"), c.Flags().Changed("web")
			k.leave(a, c.Flags())
			if err := k.stray(a, args); err != nil {
				return err
			}
			doc, err := k.document()
			if err != nil {
				return err
			}
			if k.attach && !k.interactive {
				return godocker.Errorf(godocker.Invalid, "--attach: only an interactive task can be logged in to: want --interactive with it")
			}
			return a.submit(c, doc, k.wait, k.attach)
		}}
	k.flags(c.Flags())
	a.sizes(c.Flags())
	c.Flags().BoolVar(&k.attach, "attach", false, "wait until the task is ready and log in; with --interactive")
	c.Flags().BoolVar(&k.wait, "wait", false, "wait for the end and exit with the task's exit code")
	c.MarkFlagsMutuallyExclusive("wait", "attach")
	return c
}

// stray takes what belongs to no option. The older names take several volumes after
// -v; anything else is a mistake, such as a command without quotes.
func (k *ask) stray(a *client, words []string) error {
	if len(words) == 0 || a.older && len(k.volumes) > 0 {
		k.volumes = append(k.volumes, words...)
		return nil
	}
	return godocker.Errorf(godocker.Invalid, "%q belongs to no option; put the text of --cmd into quotes, and commas between volumes, as in -v home,data", words[0])
}

// leave has the site decide about what the flags do not say.
func (k *ask) leave(a *client, f *pflag.FlagSet) {
	k.cpuUnset, k.ramUnset = !a.older && !f.Changed("cpu"), !a.older && !f.Changed("ram")
}

// sizes says in the help what leave does.
func (a *client) sizes(f *pflag.FlagSet) {
	for _, name := range []string{"cpu", "ram"} {
		if flag := f.Lookup(name); !a.older {
			flag.Usage, flag.DefValue = flag.Usage+" (default: the site's)", "0"
		}
	}
}

// flags are what describes a task.
func (k *ask) flags(f *pflag.FlagSet) {
	f.StringVarP(&k.name, "name", "n", "", "name of the task")
	f.StringVarP(&k.description, "description", "d", "", "what it is for")
	f.StringVarP(&k.tags, "tags", "t", "", "tags, separated by commas")
	f.StringVarP(&k.project, "project", "p", "", "project that it counts for")
	f.Float64VarP(&k.cpu, "cpu", "c", 1, "cpus; fractions work")
	f.Float64VarP(&k.ram, "ram", "r", 1, "GB of memory; fractions work")
	f.IntVarP(&k.gpus, "gpus", "g", 0, "gpus")
	f.StringVarP(&k.image, "image", "i", "", "container image")
	f.BoolVar(&k.external, "external_image", false, "the image is not in the server's list, which decides by itself; for older scripts")
	f.StringVar(&k.pull, "pull", "", "when the image is fetched: if-not-present, always or never")
	f.StringVarP(&k.script, "script", "s", "", "file with the script, - for standard input")
	f.StringVar(&k.cmd, "cmd", "", "text of the script; goes before --script")
	f.StringArrayVarP(&k.volumes, "volume", "v", nil, "volumes to mount; NAME:ro for reading only")
	f.StringVarP(&k.array, "array", "a", "", "task array: COUNT or start:stop:step, with %M for at most M at once")
	f.StringArrayVarP(&k.labels, "label", "l", nil, "node constraint, name==value")
	f.BoolVar(&k.interactive, "interactive", false, "a session to log in to, after the script if there is one")
	f.BoolVar(&k.root, "root", false, "run as root in the container")
	f.StringVar(&k.login, "login", "", "administrators: submit for this user")
	f.StringVar(&k.parent, "parent", "", "start after these tasks, separated by commas")
	f.StringVar(&k.tmp, "tmp_storage", "", "temporary storage, such as 10g")
	f.StringArrayVar(&k.env, "env", nil, "put this variable of yours into the script")
	f.StringArrayVar(&k.set, "set", nil, "NAME=VALUE: a variable that the script finds, whatever reads it")
	f.BoolVar(&k.noNetwork, "no-network", false, "the script reaches no other machine")
	f.IntVar(&k.retry, "retry", 0, "further attempts after a failure of the system")
	f.IntVar(&k.nice, "nice", 0, "0 to 100: let tasks pass that are less nice; what it uses does not count for fair share")
	f.StringVar(&k.lifespan, "maxlifespan", "", "kill it when it has run for so long, such as 7d, 12h, 30m or 20s")
	f.StringVar(&k.idle, "idle", "", "of an interactive task: without a keystroke and cpu for so long, it is idle, such as 2h")
	f.StringVar(&k.idleAction, "idle-action", "", "what is done then: suspend (until you connect again), end or none")
	f.StringVar(&k.warn, "warn", "", "send it the signal USR1 so long before that")
	f.StringVar(&k.placement, "placement", "", "executor, as name[:queue]")
	f.StringVar(&k.ports, "ports", "", "container ports to open, separated by commas")
	f.IntVar(&k.web, "web", 0, "the port on which it serves HTTP, such as 8888, to be opened from its page")
	f.StringArrayVar(&k.uris, "uri", nil, "fetch this file (http, https, ftp) into the task's folder before it starts; may be given several times")
	f.BoolVar(&k.notify, "notify", false, "send an e-mail when it starts and when it is over")
}

func (a *client) submit(c *cobra.Command, doc api.Task, wait, login bool) error {
	ctx := c.Context()
	srv, err := a.connect(ctx)
	if err != nil {
		return err
	}
	id, err := srv.Submit(ctx, doc)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.OutOrStdout(), "Task added. Job id is %d\n", id)
	switch {
	case login:
		return attach(c, srv, id)
	case wait:
		return await(c, srv, id)
	default:
		return nil
	}
}

// document turns the flags into a partial task document.
func (k *ask) document() (api.Task, error) {
	var t api.Task
	text, err := k.text()
	if err != nil {
		return t, err
	}
	if !utf8.ValidString(text) {
		return t, godocker.Errorf(godocker.Invalid, "the script, or a variable of --env, is not UTF-8 text; put other data into a file that the task reads")
	}
	for flag, v := range map[string]float64{"cpu": k.cpu, "ram": k.ram} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return t, godocker.Errorf(godocker.Invalid, "--%s: want a number above 0, got %g", flag, v)
		}
	}
	t.Command = api.Command{Interactive: k.interactive, Cmd: text}
	t.Meta = api.Meta{Name: k.name, Description: k.description, Tags: items(k.tags)}
	t.User = api.Owner{ID: k.login, Project: k.project}
	t.Notify.Email = k.notify
	t.Container = api.Container{Image: k.image, PullPolicy: k.pull, Root: k.root}
	if k.noNetwork {
		t.Container.Network = new(bool)
	}
	if t.Command.Env, err = assignments(k.set); err != nil {
		return t, err
	}
	for _, v := range k.volumes {
		for _, name := range items(v) {
			name, acl, _ := strings.Cut(name, ":")
			if acl == "" {
				acl = string(godocker.ReadWrite) // the server gives no more than it allows
			}
			t.Container.Volumes = append(t.Container.Volumes, api.Volume{Name: name, ACL: acl})
		}
	}
	r := &t.Requirements
	if !k.cpuUnset {
		r.CPU = api.Num(k.cpu)
	}
	if !k.ramUnset {
		r.RAM = api.Num(k.ram)
	}
	r.GPUs = api.Num(float64(k.gpus))
	r.Label, r.Executor, r.URIs = k.labels, k.placement, k.uris
	for _, p := range items(k.parent) {
		r.Tasks = append(r.Tasks, api.Text(p))
	}
	for _, p := range items(k.ports) {
		r.Ports = append(r.Ports, api.Text(p))
	}
	if k.web != 0 || k.webSet {
		r.WebPort = api.Num(float64(k.web))
	}
	r.MaxLifespan, r.Idle, r.IdleAction = api.Text(k.lifespan), api.Text(k.idle), k.idleAction
	if k.warn != "" {
		r.Resources = map[string]api.Text{godocker.ResourceWarn: api.Text(k.warn)}
	}
	if k.retry != 0 || k.retrySet {
		r.Retry = api.Num(float64(k.retry))
	}
	if k.nice != 0 {
		r.Nice = api.Num(float64(k.nice))
	}
	r.TmpStorage, r.Array.Values = word(k.tmp), word(k.array)
	return t, nil
}

// assignments reads what --set says, each NAME=VALUE.
func assignments(all []string) (map[string]string, error) {
	if len(all) == 0 {
		return nil, nil
	}
	out := map[string]string{}
	for _, text := range all {
		name, value, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			return nil, godocker.Errorf(godocker.Invalid, "--set %q: want NAME=VALUE", text)
		}
		out[name] = value
	}
	return out, nil
}

func word(s string) *api.Text {
	if s == "" {
		return nil
	}
	t := api.Text(s)
	return &t
}

// items splits a list at its commas and drops what is empty.
func items(list string) []string {
	var out []string
	for s := range strings.SplitSeq(list, ",") {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// text is the script, with the asked variables put in after its first line.
func (k *ask) text() (string, error) {
	text := ""
	switch {
	case k.body != "":
		text = k.body
	case k.cmd != "":
		text = "#!/bin/bash\n" + k.cmd + "\n"
	case k.script != "":
		b, err := readScript(k.script)
		if err != nil {
			return "", godocker.Errorf(godocker.Invalid, "--script: %w", err)
		}
		text = string(b)
	case !k.interactive:
		return "", godocker.Errorf(godocker.Invalid, "want one of --script, --cmd or --interactive")
	}
	return withEnv(text, k.env)
}

func readScript(name string) ([]byte, error) {
	if name == "-" {
		name = "/dev/stdin"
	}
	return os.ReadFile(name)
}
