package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"godocker/api"

	"github.com/spf13/cobra"
)

func (a *client) node() *cobra.Command {
	c := group(&cobra.Command{Use: "node", Short: "The machines that tasks run on"})
	c.AddCommand(&cobra.Command{Use: "list", Short: "List the machines, what they have and what tasks hold of it", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			srv, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			ns, err := srv.Nodes(c.Context())
			if err != nil {
				return err
			}
			return a.printNodes(c.OutOrStdout(), ns)
		}}, a.nodeReservations(), a.nodeReserve(), a.nodeDrain(), a.nodeFree())
	return c
}

func (a *client) printNodes(w io.Writer, ns []api.NodeState) error {
	return a.table(w, ns, "NODE\tEXECUTOR\tSTATE\tCPU HELD\tGB HELD\tGPU HELD\tTASKS\tLABELS", func(t io.Writer) {
		for _, n := range ns {
			fmt.Fprintf(t, "%s\t%s\t%s\t%.4g of %.4g\t%.4g of %.4g\t%d of %d\t%d\t%s\n", oneLine(n.Name), n.Executor, nodeState(n),
				n.HeldCPU, n.CPU, n.HeldRAM, n.RAM, n.HeldGPUs, n.GPUs, n.Tasks, oneLine(labels(n.Labels)))
		}
	})
}

// nodeState says whether a machine takes tasks, and what it is kept for.
func nodeState(n api.NodeState) string {
	words := []string{"up"}
	if n.Down {
		words[0] = "down"
	}
	if n.Reason != "" {
		words[0] += ": " + oneLine(n.Reason)
	}
	for _, r := range n.Reservations {
		words = append(words, holds(r))
	}
	return strings.Join(words, "; ")
}

func labels(m map[string]string) string {
	var words []string
	for _, name := range slices.Sorted(maps.Keys(m)) {
		words = append(words, name+"=="+m[name])
	}
	return strings.Join(words, " ")
}
