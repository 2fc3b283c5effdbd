package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"

	"godocker"
	"godocker/api"

	"github.com/spf13/cobra"
)

func (a *client) user() *cobra.Command {
	c := group(&cobra.Command{Use: "user", Short: "People: oneself, and for administrators everybody"})
	c.AddCommand(a.userShow(), a.userList(), a.userUpdate(), a.userRemove(), a.userUsage(), a.userReset())
	return c
}

// person connects, and says whom a command is about: the one named, or else whoever is
// logged in.
func (a *client) person(c *cobra.Command, name string) (srv *api.Client, who string, err error) {
	if who = name; who == "" {
		me, err := load()
		if err != nil {
			return nil, "", err
		}
		who = me.User
	}
	srv, err = a.connect(c.Context())
	return srv, who, err
}

// first is an argument that may be left out.
func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}

func (a *client) userReset() *cobra.Command {
	return &cobra.Command{Use: "quota_reset NAME", Aliases: []string{"quota-reset"}, Short: "Administrators: let a person's quota begin anew", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			srv, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			if err := srv.ResetUser(c.Context(), args[0]); err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "The usage of %s is reset\n", args[0])
			return nil
		}}
}

func (a *client) userShow() *cobra.Command {
	return &cobra.Command{Use: "show [NAME]", Short: "Show a person; without a name, oneself", Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			srv, name, err := a.person(c, first(args))
			if err != nil {
				return err
			}
			u, err := srv.User(c.Context(), name)
			if err != nil {
				return err
			}
			return a.printUser(c.OutOrStdout(), u)
		}}
}

func (a *client) printUser(w io.Writer, u api.User) error {
	if done, err := a.document(w, u); done {
		return err
	}
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	row := func(name, value string) {
		if value != "" {
			fmt.Fprintf(t, "%s:\t%s\n", name, oneLine(value))
		}
	}
	row("User", u.ID)
	row("Ids", fmt.Sprintf("uid %d, gid %d", u.UID, u.GID))
	row("E-mail", u.Email)
	row("Home", u.HomeDirectory)
	row("Administrator", strconv.FormatBool(u.Admin))
	row("Active", strconv.FormatBool(u.Active))
	row("Last seen", clock(u.Last.Time))
	row("API key", u.Credentials.APIKey)
	row("SSH key", u.Credentials.Public)
	row("Priority", strconv.Itoa(u.Usage.Prio))
	row("Quota", quotas(u.Usage.QuotaTime, u.Usage.QuotaCPU, u.Usage.QuotaRAM, u.Usage.QuotaGPU, u.Usage.QuotaDisk))
	row("At one time", limits(u.Usage.RunningLimits))
	row("Disk", size(u.Usage.Disk))
	return t.Flush()
}

// quotas says what limits somebody; "none" if nothing does.
func quotas(time, cpu, ram, gpu float64, disk int64) string {
	var parts []string
	for _, q := range []struct {
		v    float64
		what string
	}{{time, "seconds of run time"}, {cpu, "cpu seconds"}, {ram, "GB seconds"}, {gpu, "gpu seconds"}} {
		if q.v > 0 {
			parts = append(parts, strconv.FormatFloat(q.v, 'f', -1, 64)+" "+q.what)
		}
	}
	if disk > 0 {
		parts = append(parts, size(disk)+" of disk")
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

// limits says what somebody's tasks may hold at one time; "" if there is no limit.
func limits(l api.RunningLimits) string {
	var parts []string
	for _, q := range []struct {
		v    float64
		what string
	}{{float64(l.MaxRunning), "tasks"}, {l.MaxRunningCPU, "cpus"}, {l.MaxRunningRAM, "GB"}, {float64(l.MaxRunningGPUs), "gpus"}} {
		if q.v > 0 {
			parts = append(parts, strconv.FormatFloat(q.v, 'f', -1, 64)+" "+q.what)
		}
	}
	return strings.Join(parts, ", ")
}

// size writes bytes in powers of 1000.
func size(n int64) string {
	units := []string{"B", "kB", "MB", "GB", "TB", "PB"}
	v, i := float64(n), 0
	for ; v >= 999.5 && i < len(units)-1; i++ {
		v /= 1000
	}
	return strconv.FormatFloat(v, 'g', 3, 64) + " " + units[i]
}

func (a *client) userList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List everybody", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			srv, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			us, err := srv.Users(c.Context())
			if err != nil {
				return err
			}
			return a.table(c.OutOrStdout(), us, "USER\tUID\tGID\tE-MAIL\tPRIORITY\tADMIN\tACTIVE\tDISK", func(t io.Writer) {
				for _, u := range us {
					fmt.Fprintf(t, "%s\t%d\t%d\t%s\t%d\t%t\t%t\t%s\n", u.ID, u.UID, u.GID, oneLine(u.Email), u.Usage.Prio, u.Admin, u.Active, size(u.Usage.Disk))
				}
			})
		}}
}

func (a *client) userUpdate() *cobra.Command {
	var email, public, file string
	var admin, active bool
	q := &quotaFlags{}
	c := &cobra.Command{Use: "update [NAME]", Short: "Change a person; only what a flag names changes", Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			change := api.UserChange{}
			if err := q.read(c); err != nil {
				return err
			}
			f := c.Flags()
			if f.Changed("email") {
				change.Email = &email
			}
			if f.Changed("sshkey") {
				text, err := readScript(file)
				if err != nil {
					return godocker.Errorf(godocker.Invalid, "--sshkey: %w", err)
				}
				public = string(text)
			}
			if f.Changed("ssh-key") || f.Changed("sshkey") {
				change.Credentials = &api.SecretsChange{Public: &public}
			}
			if f.Changed("admin") {
				change.Admin = &admin
			}
			if f.Changed("active") {
				change.Active = &active
			}
			change.Usage = &api.UsageChange{Prio: q.prio, QuotaTime: q.time, QuotaCPU: q.cpu, QuotaRAM: q.ram, QuotaGPU: q.gpu, QuotaDisk: q.disk, LimitsChange: q.running}
			srv, name, err := a.person(c, first(args))
			if err != nil {
				return err
			}
			u, err := srv.SaveUser(c.Context(), name, change)
			if err != nil {
				return err
			}
			if !taken(u, change) {
				return godocker.Errorf(godocker.Denied, "priority, quotas, --admin and --active are changed by administrators")
			}
			return a.printUser(c.OutOrStdout(), u)
		}}
	f := c.Flags()
	f.StringVar(&email, "email", "", "address for notices")
	f.StringVar(&public, "ssh-key", "", "ssh public key, the text itself")
	f.StringVar(&file, "sshkey", "", "file with ssh public keys, a line each, - for standard input")
	c.MarkFlagsMutuallyExclusive("ssh-key", "sshkey")
	f.BoolVar(&admin, "admin", false, "administrators: may administer the system; --admin=false takes it away")
	f.BoolVar(&active, "active", true, "administrators: --active=false keeps the person out")
	q.add(c)
	return c
}

// taken reports whether the server took over what only administrators change; to others
// it does not object, as older clients send whole documents.
func taken(u api.User, change api.UserChange) bool {
	q, now := change.Usage, u.Usage
	same := func(asked *api.Number, is float64) bool { return asked == nil || asked.Value == is }
	return (change.Admin == nil || *change.Admin == u.Admin) && (change.Active == nil || *change.Active == u.Active) &&
		same(q.Prio, float64(now.Prio)) && same(q.QuotaTime, now.QuotaTime) && same(q.QuotaCPU, now.QuotaCPU) &&
		same(q.QuotaRAM, now.QuotaRAM) && same(q.QuotaGPU, now.QuotaGPU) && same(q.QuotaDisk, float64(now.QuotaDisk)) &&
		same(q.MaxRunning, float64(now.MaxRunning)) && same(q.MaxRunningCPU, now.MaxRunningCPU) && same(q.MaxRunningRAM, now.MaxRunningRAM) &&
		same(q.MaxRunningGPUs, float64(now.MaxRunningGPUs))
}

// quotaFlags are what limits a person or a project.
type quotaFlags struct {
	prio, time, cpu, ram, gpu, disk *api.Number
	running                         api.LimitsChange
}

func (q *quotaFlags) all() map[string]**api.Number {
	return map[string]**api.Number{"prio": &q.prio, "quota-time": &q.time, "quota-cpu": &q.cpu, "quota-ram": &q.ram, "quota-gpu": &q.gpu, "quota-disk": &q.disk,
		"max-running": &q.running.MaxRunning, "max-running-cpu": &q.running.MaxRunningCPU, "max-running-ram": &q.running.MaxRunningRAM,
		"max-running-gpus": &q.running.MaxRunningGPUs}
}

func (q *quotaFlags) add(c *cobra.Command) {
	f := c.Flags()
	f.Int("prio", 0, "administrators: priority, 0 to 100")
	f.Float64("quota-time", 0, "administrators: seconds of run time in the window, 0 = no limit")
	f.Float64("quota-cpu", 0, "administrators: cpu seconds, 0 = no limit")
	f.Float64("quota-ram", 0, "administrators: GB seconds, 0 = no limit")
	f.Float64("quota-gpu", 0, "administrators: gpu seconds, 0 = no limit")
	f.String("quota-disk", "", "administrators: size such as 40G, 0 = no limit")
	f.Int("max-running", 0, "administrators: tasks that run at one time, 0 = no limit")
	f.Float64("max-running-cpu", 0, "administrators: cpus that they hold, 0 = no limit")
	f.Float64("max-running-ram", 0, "administrators: GB that they hold, 0 = no limit")
	f.Int("max-running-gpus", 0, "administrators: gpus that they hold, 0 = no limit")
}

func (q *quotaFlags) read(c *cobra.Command) error {
	for name, to := range q.all() {
		flag := c.Flags().Lookup(name)
		if !flag.Changed {
			continue
		}
		v, err := strconv.ParseFloat(flag.Value.String(), 64)
		if name == "quota-disk" {
			var n int64
			n, err = godocker.ParseSize(flag.Value.String())
			v = float64(n)
		}
		if err != nil {
			return godocker.Errorf(godocker.Invalid, "--%s: %w", name, err)
		}
		n := api.Num(v)
		*to = &n
	}
	return nil
}

func (a *client) userRemove() *cobra.Command {
	var yes bool
	c := &cobra.Command{Use: "remove NAME", Short: "Remove a person who has no active tasks", Args: cobra.ExactArgs(1),
		Long: "Remove a person who has no active tasks, with keys, logins and memberships. Their tasks that\n" +
			"are over and what they used stay on record under the name. To keep somebody out for a while:\n" +
			"god user update NAME --active=false",
		RunE: func(c *cobra.Command, args []string) error {
			if err := sure(c, yes, "Remove "+args[0]+" with keys, logins and memberships?"); err != nil {
				return err
			}
			srv, err := a.connect(c.Context())
			if err == nil {
				err = srv.DeleteUser(c.Context(), args[0])
			}
			if err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "User %s is removed\n", args[0])
			return nil
		}}
	c.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return c
}

// sure asks somebody at a terminal whether they mean it. Scripts say so by --yes.
func sure(c *cobra.Command, yes bool, question string) error {
	if yes {
		return nil
	}
	if !onTerminal(os.Stdin) {
		return godocker.Errorf(godocker.Invalid, "%s Say --yes", question)
	}
	fmt.Fprintf(c.ErrOrStderr(), "%s [y/N] ", question)
	line, _ := bufio.NewReader(c.InOrStdin()).ReadString('\n')
	if answer := strings.ToLower(strings.TrimSpace(line)); answer != "y" && answer != "yes" {
		return godocker.Errorf(godocker.Invalid, "nothing was done")
	}
	return nil
}

func (a *client) userUsage() *cobra.Command {
	return &cobra.Command{Use: "usage [NAME]", Short: "What a person used lately", Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			srv, name, err := a.person(c, first(args))
			if err != nil {
				return err
			}
			days, err := srv.UserUsage(c.Context(), name)
			if err != nil {
				return err
			}
			return a.printUsage(c.OutOrStdout(), days)
		}}
}

// printUsage leaves out idle days, and sums up.
func (a *client) printUsage(w io.Writer, days []api.DayUsage) error {
	if done, err := a.document(w, days); done {
		return err
	}
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "DAY\tTIME\tCPU HOURS\tGB HOURS\tGPU HOURS\t")
	line := func(d api.DayUsage) {
		fmt.Fprintf(t, "%s\t%s\t%.2f\t%.2f\t%.2f\t\n", d.Date, length(&d.Time), d.CPU/3600, d.RAM/3600, d.GPU/3600)
	}
	sum := api.DayUsage{Date: fmt.Sprintf("%d days", len(days))}
	for _, d := range days {
		if d.Time > 0 || d.CPU > 0 {
			line(d)
		}
		sum.CPU, sum.RAM, sum.Time, sum.GPU = sum.CPU+d.CPU, sum.RAM+d.RAM, sum.Time+d.Time, sum.GPU+d.GPU
	}
	line(sum)
	return t.Flush()
}
