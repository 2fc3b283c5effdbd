package fake

import (
	"container/heap"
	"fmt"
	"maps"
	"slices"

	"godocker/executor"
)

// nodes are the machines, the one with most free cores at hand first.
type nodes struct {
	byName map[string]*node
	free   byFree
}

type node struct {
	executor.Node
	freeCPU float64
	freeRAM int64
	index   int // in the heap
}

func newNodes(cfg Config) *nodes {
	n := &nodes{byName: map[string]*node{}}
	cpu, ram := cfg.CPU, cfg.RAM
	if cpu == 0 {
		cpu = 64
	}
	if ram == 0 {
		ram = 256
	}
	for i := range max(1, cfg.Nodes) {
		m := &node{Node: executor.Node{Name: fmt.Sprintf("fake-%d", i+1), CPU: cpu, RAM: int64(ram * (1 << 30)),
			GPUs: cfg.GPUs, Labels: maps.Clone(cfg.Labels)}, index: i}
		for g := range cfg.GPUs {
			m.Devices = append(m.Devices, fmt.Sprintf("gpu%d", g))
		}
		if i < len(cfg.NodeLabels) {
			if m.Labels == nil {
				m.Labels = map[string]string{}
			}
			maps.Copy(m.Labels, cfg.NodeLabels[i])
		}
		m.freeCPU, m.freeRAM = m.CPU, m.RAM
		n.byName[m.Name] = m
		n.free = append(n.free, m)
	}
	return n
}

// take reserves room on the asked node, or else on the one with most free cores.
func (n *nodes) take(a executor.Assignment, strict bool) (string, error) {
	m := n.free[0]
	if a.Node != "" {
		if m = n.byName[a.Node]; m == nil {
			return "", fmt.Errorf("%w: there is no node %q", executor.ErrCannotStart, a.Node)
		}
	} else if !m.fits(a) {
		m = n.firstFit(a)
	}
	if m.Down || strict && !m.fits(a) {
		return "", fmt.Errorf("%w on %s", executor.ErrNoRoom, m.Name)
	}
	if err := m.lacks(a); err != nil {
		return "", err
	}
	n.add(m, -a.CPU, -a.RAM)
	return m.Name, nil
}

// tmpStorage is how much temporary storage a node has, in bytes.
const tmpStorage = 1 << 40

// lacks says what a node will never have.
func (m *node) lacks(a executor.Assignment) error {
	for _, name := range a.Devices {
		if !slices.Contains(m.Devices, name) {
			return fmt.Errorf("%w: %s has no gpu %q", executor.ErrCannotStart, m.Name, name)
		}
	}
	if a.Tmp > tmpStorage {
		return fmt.Errorf("%w: %s has not so much temporary storage", executor.ErrCannotStart, m.Name)
	}
	return nil
}

// firstFit looks further where the node with most free cores lacks memory.
func (n *nodes) firstFit(a executor.Assignment) *node {
	for _, m := range n.free {
		if m.freeCPU < a.CPU && m == n.free[0] {
			break // no node has more cores than this one
		}
		if m.fits(a) {
			return m
		}
	}
	return n.free[0]
}

func (n *nodes) give(r *record) {
	if m := n.byName[r.Node]; m != nil {
		n.add(m, r.CPU, r.RAM)
	}
}

// hold reserves what an attempt of an earlier process has.
func (n *nodes) hold(r *record) {
	if m := n.byName[r.Node]; m != nil {
		n.add(m, -r.CPU, -r.RAM)
	}
}

func (n *nodes) add(m *node, cpu float64, ram int64) {
	m.freeCPU += cpu
	m.freeRAM += ram
	heap.Fix(&n.free, m.index)
}

func (m *node) fits(a executor.Assignment) bool {
	const rounding = 1e-6 // of adding and subtracting many fractions of a core
	return !m.Down && m.freeCPU+rounding >= a.CPU && m.freeRAM >= a.RAM
}

// byFree is a heap: nodes that are up, and have most free cores, first.
type byFree []*node

func (b byFree) Len() int { return len(b) }
func (b byFree) Less(i, j int) bool {
	if b[i].Down != b[j].Down {
		return b[j].Down
	}
	return b[i].freeCPU > b[j].freeCPU
}
func (b byFree) Swap(i, j int) {
	b[i], b[j] = b[j], b[i]
	b[i].index, b[j].index = i, j
}
func (b *byFree) Push(any) { panic("nodes are never added") }
func (b *byFree) Pop() any { panic("nodes are never taken away") }
