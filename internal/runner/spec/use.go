package spec

import "fmt"

// UseFile is where the runner writes, relative to the task's folder, what an attempt
// uses while it runs: a line of UseHead, and then a line of numbers at times. All but
// the time and the memory are sums since the attempt began.
func UseFile(attempt int) string { return fmt.Sprintf("%s/use-%d.csv", StateDir, attempt) }

// UseHead names what is in a line: seconds since 1970, seconds of cpu, and bytes.
const UseHead = "time,cpu,ram,read,write,received,sent\n"

// MostUses is how many lines there are. When they are all written, every second one is
// dropped and the time between two doubles.
const MostUses = 360
