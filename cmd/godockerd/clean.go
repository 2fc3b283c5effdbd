package main

import (
	"fmt"
	"strconv"

	"godocker"
	"godocker/internal/app"

	"github.com/spf13/cobra"
)

func (s *settings) clean() *cobra.Command {
	return &cobra.Command{Use: "clean [ID...]", Short: "Archive tasks that are over for longer than clean_old, or the given ones",
		RunE: func(c *cobra.Command, args []string) error {
			var ids []int64
			for _, arg := range args {
				id, err := strconv.ParseInt(arg, 10, 64)
				if err != nil || id < 1 {
					return godocker.Errorf(godocker.Invalid, "%q is not the id of a task", arg)
				}
				ids = append(ids, id)
			}
			conf, err := s.load()
			if err != nil {
				return err
			}
			n, err := app.Clean(c.Context(), conf, ids, logger())
			fmt.Fprintf(c.OutOrStdout(), "Archived: %d\n", n)
			return err
		}}
}
