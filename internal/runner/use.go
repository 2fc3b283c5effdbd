package runner

import (
	"fmt"
	"os"
	"path"
	"strconv"
	"strings"
	"syscall"
	"time"

	"godocker/internal/runner/spec"
)

// firstUse is how long after its start an attempt is looked at first, and how far the
// first looks are apart.
const firstUse = 2 * time.Second

// A use is what an attempt used until some moment.
type use struct {
	at             time.Time
	ram            int64 // now, without what the kernel only remembers of files
	received, sent int64 // bytes of the container's network
	usage
}

func (u use) line() string {
	return fmt.Sprintf("%.1f,%.2f,%d,%d,%d,%d,%d\n", float64(u.at.UnixMilli())/1000, u.cpu.Seconds(), u.ram, u.read, u.write, u.received, u.sent)
}

// A diary keeps lines of uses, never more than spec.MostUses.
type diary struct {
	lines []string
	every time.Duration
}

// add returns what is to be written: the line, or all lines anew.
func (d *diary) add(line string) (text string, anew bool) {
	d.lines = append(d.lines, line)
	switch n := len(d.lines); {
	case n == 2: // the one of the beginning has waited for it: what is over soon leaves none
		return strings.Join(d.lines, ""), true
	case n < spec.MostUses:
		return line, false
	}
	half := d.lines[:0]
	for i := 1; i < len(d.lines); i += 2 {
		half = append(half, d.lines[i])
	}
	d.lines, d.every = half, 2*d.every
	return strings.Join(half, ""), true
}

// watchUse writes down what the attempt uses until it is stopped. Like all that is
// written beside the logs, it fails in silence.
func (f *folder) watchUse(attempt int, before usage) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	d := diary{every: firstUse, lines: []string{use{at: time.Now()}.line()}}
	name := path.Base(spec.UseFile(attempt))
	look := func() {
		if text, anew := d.add(now(before).line()); anew {
			f.replaceFile(name, []byte(spec.UseHead+text))
		} else {
			f.appendTo(name, text)
		}
	}
	go func() {
		defer close(ended)
		for {
			select {
			case <-done:
				return
			case <-time.After(d.every):
				look()
			}
		}
	}()
	return func() {
		close(done)
		<-ended
		if len(d.lines) > 1 {
			look()
		}
	}
}

func now(before usage) use {
	own, _ := os.ReadFile("/proc/self/cgroup")
	c := counters{root: cgroupRoot, own: string(own), first: os.Getpid() == 1}
	network, _ := os.ReadFile("/proc/net/dev")
	u := use{at: time.Now(), usage: c.read().since(before), ram: c.ram()}
	u.received, u.sent = traffic(string(network))
	return u
}

// ram is the memory that the group holds now.
func (c counters) ram() int64 {
	if dir := c.dir("", ""); c.has(dir, "memory.current") {
		return max(0, number(dir, "memory.current")-field(dir, "memory.stat", "inactive_file"))
	}
	dir := c.dir("memory", "memory.usage_in_bytes")
	return max(0, number(dir, "memory.usage_in_bytes")-field(dir, "memory.stat", "total_inactive_file"))
}

// traffic adds up the lines of /proc/net/dev but that of the loop.
func traffic(dev string) (received, sent int64) {
	for line := range strings.Lines(dev) {
		name, rest, ok := strings.Cut(line, ":")
		words := strings.Fields(rest)
		if !ok || len(words) < 9 || strings.TrimSpace(name) == "lo" {
			continue
		}
		in, _ := strconv.ParseInt(words[0], 10, 64)
		out, _ := strconv.ParseInt(words[8], 10, 64)
		received, sent = received+in, sent+out
	}
	return received, sent
}

// appendTo adds to a file of the state's folder that is there.
func (f *folder) appendTo(name, text string) {
	f.do(func() {
		fd, err := syscall.Openat(f.state, name, syscall.O_WRONLY|syscall.O_APPEND|syscall.O_NOFOLLOW|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
		if err != nil {
			return
		}
		_, _ = syscall.Write(fd, []byte(text))
		syscall.Close(fd)
	})
}
