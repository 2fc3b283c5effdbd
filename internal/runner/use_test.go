package runner

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"godocker/internal/runner/spec"
)

func TestUsesAreBounded(t *testing.T) {
	d := diary{every: firstUse, lines: []string{"begin\n"}}
	if text, anew := d.add("-1\n"); text != "begin\n-1\n" || !anew {
		t.Errorf("the first look writes %q, %t", text, anew)
	}
	file := "begin\n-1\n"
	const all = 5000
	for i := range all {
		text, anew := d.add(fmt.Sprintf("%d\n", i))
		if anew {
			file = ""
		}
		if file += text; strings.Count(file, "\n") > spec.MostUses {
			t.Fatalf("%d lines after %d", strings.Count(file, "\n"), i)
		}
	}
	lines := strings.Fields(file)
	if strings.Join(lines, " ") != strings.Join(strings.Fields(strings.Join(d.lines, "")), " ") {
		t.Errorf("the file has other lines than the diary")
	}
	if len(lines) < spec.MostUses/3 || lines[len(lines)-1] != fmt.Sprint(all-1) {
		t.Errorf("%d lines, the last %s", len(lines), lines[len(lines)-1])
	}
	if d.every < 8*firstUse || d.every%firstUse != 0 {
		t.Errorf("two lines are %v apart", d.every)
	}
}

func TestTraffic(t *testing.T) {
	in, out := traffic(`Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 9999       9    0    0    0     0          0         0     9999       9    0    0    0     0       0          0
  eth0: 1200      10    0    0    0     0          0         0      340       4    0    0    0     0       0          0
  eth1:   30       1    0    0    0     0          0         0        5       1    0    0    0     0       0          0
`)
	if in != 1230 || out != 345 {
		t.Errorf("%d received, %d sent", in, out)
	}
}

func TestUseOfLine(t *testing.T) {
	u := use{at: time.UnixMilli(1700000000250), ram: 5, received: 8, sent: 9, usage: usage{cpu: 1500 * time.Millisecond, read: 6, write: 7}}
	if got, want := u.line(), "1700000000.2,1.50,5,6,7,8,9\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if a, b := strings.Count(u.line(), ","), strings.Count(spec.UseHead, ","); a != b {
		t.Errorf("%d commas, and %d in the head", a, b)
	}
}
