package main

import (
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// manual writes a page for every command under every name of the program.
func manual() *cobra.Command {
	return &cobra.Command{Use: "man FOLDER", Short: "Write the manual pages into a folder, such as /usr/local/share/man/man1", Args: cobra.ExactArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return err
			}
			names := []string{"god"}
			for _, part := range new(client).parts() {
				names = append(names, "god"+part.Name())
			}
			for _, name := range names {
				c := command(name)
				c.DisableAutoGenTag = true
				header := &doc.GenManHeader{Section: "1", Source: "GO-Docker " + version, Manual: "GO-Docker"}
				if err := doc.GenManTree(c, header, args[0]); err != nil {
					return err
				}
			}
			return nil
		}}
}
