package dockerapi

import (
	"regexp"
	"strconv"

	"godocker/executor"
)

var inUse = regexp.MustCompile(`:(\d+)(?: failed)?: (?:port is already allocated|bind: address already in use|address already in use)`)

// PortTaken finds in what an engine says of a start that a port of the node was not free.
func PortTaken(said string) (executor.PortTaken, bool) {
	m := inUse.FindStringSubmatch(said)
	if m == nil {
		return executor.PortTaken{}, false
	}
	port, err := strconv.Atoi(m[1])
	return executor.PortTaken{Port: port}, err == nil
}
