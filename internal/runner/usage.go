package runner

import (
	"os"
	"path"
	"strconv"
	"strings"
	"syscall"
	"time"

	"godocker/internal/runner/spec"
)

// usage is what a control group has used; a zero is unknown.
type usage struct {
	peak, read, write, oomKills int64
	cpu                         time.Duration
}

// groups of the kernel's two generations are told apart by what lies in them.
const cgroupRoot = "/sys/fs/cgroup"

// measure reads the counters of the control group of this process.
func measure() usage {
	own, _ := os.ReadFile("/proc/self/cgroup")
	return counters{root: cgroupRoot, own: string(own), first: os.Getpid() == 1}.read()
}

// cpuOfOthers returns what reads how much cpu time the control group has used without this
// process; 0 = unknown.
func cpuOfOthers() func() time.Duration {
	own, _ := os.ReadFile("/proc/self/cgroup")
	c := counters{root: cgroupRoot, own: string(own), first: os.Getpid() == 1}
	return func() time.Duration {
		var self syscall.Rusage
		all := c.cpu()
		if all == 0 || syscall.Getrusage(syscall.RUSAGE_SELF, &self) != nil {
			return 0
		}
		return max(all-time.Duration(self.Utime.Nano()+self.Stime.Nano()), 1)
	}
}

// counters finds and reads the files of a control group.
type counters struct {
	root  string
	own   string // text of /proc/self/cgroup
	first bool   // in a container, which sees its own group at the root
}

// unified is the folder of the own group of generation 2; "" = there is none.
func (c counters) unified() string {
	if dir := c.dir("", ""); c.has(dir, "cpu.stat") && c.has(dir, "cgroup.controllers") {
		return dir
	}
	return ""
}

func (c counters) cpu() time.Duration {
	if dir := c.unified(); dir != "" {
		return time.Duration(field(dir, "cpu.stat", "usage_usec")) * time.Microsecond
	}
	return time.Duration(number(c.dir("cpuacct", "cpuacct.usage"), "cpuacct.usage"))
}

func (c counters) read() usage {
	if dir := c.unified(); dir != "" {
		u := usage{peak: number(dir, "memory.peak"), oomKills: field(dir, "memory.events", "oom_kill"), cpu: c.cpu()}
		u.read, u.write = transfersV2(text(dir, "io.stat"))
		return u
	}
	memory := c.dir("memory", "memory.max_usage_in_bytes")
	u := usage{peak: number(memory, "memory.max_usage_in_bytes"), oomKills: field(memory, "memory.oom_control", "oom_kill")}
	u.cpu = c.cpu()
	u.read, u.write = transfersV1(text(c.dir("blkio", "blkio.throttle.io_service_bytes"), "blkio.throttle.io_service_bytes"))
	return u
}

func (c counters) has(dir, file string) bool {
	_, err := os.Stat(path.Join(dir, file))
	return dir != "" && err == nil
}

// dir is the folder of the own group under a controller ("" = generation 2). The
// root group is the whole machine's, and so no answer, unless this is a container.
func (c counters) dir(controller, file string) string {
	for line := range strings.Lines(c.own) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) != 3 || parts[2] == "/" || !hasWord(parts[1], controller) {
			continue
		}
		if dir := path.Join(c.root, controller, parts[2]); c.has(dir, file) {
			return dir
		}
	}
	if c.first {
		return path.Join(c.root, controller)
	}
	return ""
}

func hasWord(list, word string) bool {
	for w := range strings.SplitSeq(list, ",") {
		if w == word {
			return true
		}
	}
	return false
}

func text(dir, file string) string {
	if dir == "" {
		return ""
	}
	b, _ := os.ReadFile(path.Join(dir, file))
	return string(b)
}

func number(dir, file string) int64 {
	n, _ := strconv.ParseInt(strings.TrimSpace(text(dir, file)), 10, 64)
	return n
}

// field reads a file of lines "name value".
func field(dir, file, name string) int64 {
	for line := range strings.Lines(text(dir, file)) {
		if words := strings.Fields(line); len(words) == 2 && words[0] == name {
			n, _ := strconv.ParseInt(words[1], 10, 64)
			return n
		}
	}
	return 0
}

// transfersV1 adds up lines such as "8:0 Read 4096".
func transfersV1(stat string) (read, write int64) {
	for line := range strings.Lines(stat) {
		words := strings.Fields(line)
		if len(words) != 3 {
			continue
		}
		switch n, _ := strconv.ParseInt(words[2], 10, 64); words[1] {
		case "Read":
			read += n
		case "Write":
			write += n
		}
	}
	return read, write
}

// transfersV2 adds up lines such as "8:0 rbytes=4096 wbytes=0 rios=1".
func transfersV2(stat string) (read, write int64) {
	for word := range strings.FieldsSeq(stat) {
		name, value, _ := strings.Cut(word, "=")
		switch n, _ := strconv.ParseInt(value, 10, 64); name {
		case "rbytes":
			read += n
		case "wbytes":
			write += n
		}
	}
	return read, write
}

// since subtracts what was counted before the script started; a peak stays one.
func (u usage) since(before usage) usage {
	u.cpu = max(0, u.cpu-before.cpu)
	u.read = max(0, u.read-before.read)
	u.write = max(0, u.write-before.write)
	u.oomKills = max(0, u.oomKills-before.oomKills)
	return u
}

// or fills in what the processes reported where no control group was visible.
func (u usage) or(e ended) usage {
	if u.peak == 0 {
		u.peak = e.peak
	}
	if u.cpu == 0 {
		u.cpu = e.cpu
	}
	return u
}

func (u usage) into(r *spec.Result) {
	r.PeakRAM, r.CPUSeconds = u.peak, u.cpu.Seconds()
	r.ReadBytes, r.WriteBytes, r.OOMKills = u.read, u.write, u.oomKills
}
