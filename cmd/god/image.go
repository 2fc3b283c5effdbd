package main

import (
	"fmt"
	"io"

	"godocker/api"

	"github.com/spf13/cobra"
)

func (a *client) image() *cobra.Command {
	c := group(&cobra.Command{Use: "image", Short: "The images that tasks may use"})
	c.AddCommand(&cobra.Command{Use: "list", Short: "List the site's images, and those that your tasks lately succeeded with", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			srv, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			ims, err := srv.Images(c.Context())
			if err != nil {
				return err
			}
			return a.printImages(c.OutOrStdout(), ims)
		}})
	return c
}

func (a *client) printImages(w io.Writer, ims []api.UsedImage) error {
	return a.table(w, ims, "IMAGE\tNAME\tKIND\tLAST USED", func(t io.Writer) {
		for _, im := range ims {
			kind := "own"
			switch {
			case im.Default:
				kind = "default"
			case im.Interactive:
				kind = "interactive"
			case im.Configured:
				kind = "site"
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", oneLine(im.URL), oneLine(im.Name), kind, clock(im.Used.Time))
		}
	})
}
