package main

import (
	"encoding/json"
	"fmt"
	"os"

	"godocker/internal/app"
	"godocker/internal/simulate"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

func (s *settings) simulate() *cobra.Command {
	var sim app.Simulation
	var svg, output string
	c := &cobra.Command{Use: "simulate FILE", Short: "Run days of tasks under a policy in moments, and tell who waited how long", Args: cobra.ExactArgs(1),
		Long: "Run days of tasks under a policy in moments, and tell who waited how long and got what.\n" +
			"The file says which nodes there are, by which policy tasks start, and who hands in what; docs/simulator.md\n" +
			"describes it. With --against or --policy, the same tasks are run twice, and the difference is shown.",
		RunE: func(c *cobra.Command, args []string) error {
			if output != "table" && output != "json" {
				return fmt.Errorf("--output: want table or json, got %q", output)
			}
			sim.File, sim.Config = args[0], s.load
			if term.IsTerminal(int(os.Stderr.Fd())) {
				sim.Progress = func(what string, part float64) { fmt.Fprintf(os.Stderr, "\r%s: %3.0f%%\033[K", what, 100*part) }
			}
			outcomes, err := sim.Run(c.Context())
			if sim.Progress != nil {
				fmt.Fprint(c.ErrOrStderr(), "\r\033[K")
			}
			if err != nil {
				return err
			}
			if err := save(svg, outcomes); err != nil {
				return err
			}
			if output == "json" {
				e := json.NewEncoder(c.OutOrStdout())
				e.SetIndent("", "  ")
				return e.Encode(outcomes)
			}
			return simulate.Print(c.OutOrStdout(), outcomes)
		}}
	f := c.Flags()
	f.StringVar(&sim.Against, "against", "", "a second file, whose nodes and policy the same tasks are run under")
	f.StringVar(&sim.Policy, "policy", "", "a second policy that the same tasks are run under")
	f.StringVar(&svg, "svg", "", "where to draw cores in use and tasks waiting over time")
	f.StringVarP(&output, "output", "o", "table", "table or json")
	c.MarkFlagsMutuallyExclusive("against", "policy")
	return c
}

// save draws the chart, if it is asked for.
func save(path string, outcomes []simulate.Named) error {
	if path == "" {
		return nil
	}
	return os.WriteFile(path, simulate.Chart(outcomes), 0o644)
}
