package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"

	"godocker"
	"godocker/api"

	"github.com/spf13/cobra"
)

func (a *client) file() *cobra.Command {
	c := group(&cobra.Command{Use: "file", Short: "Look at and fetch the files of tasks"})
	c.AddCommand(a.fileList(), a.fileDownload())
	return c
}

func (a *client) fileList() *cobra.Command {
	return &cobra.Command{Use: "list ID [FOLDER]", Short: "List a folder of a task", Args: cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			srv, n, err := a.about(c, args[0])
			if err != nil {
				return err
			}
			dir := ""
			if len(args) > 1 {
				dir = args[1]
			}
			fs, err := srv.Files(c.Context(), n, dir)
			if err != nil {
				return err
			}
			return a.printFiles(c.OutOrStdout(), fs)
		}}
}

func (a *client) fileDownload() *cobra.Command {
	return &cobra.Command{Use: "download ID [FILE] [DESTINATION]", Short: "Fetch a file of a task (default god.log)", Args: cobra.RangeArgs(1, 3),
		Long: "Fetch a file of a task, god.log unless named, into the working folder or to the\ngiven file or folder; - is standard output.",
		RunE: func(c *cobra.Command, args []string) error {
			n, err := id(args[0])
			if err != nil {
				return err
			}
			name := "god.log"
			if len(args) > 1 {
				name = args[1]
			}
			to := path.Base(name)
			if len(args) > 2 {
				to = args[2]
			}
			srv, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			return fetch(c, srv, n, name, to)
		}}
}

func fetch(c *cobra.Command, srv *api.Client, n int64, name, to string) error {
	body, size, err := srv.Download(c.Context(), n, name)
	if errors.Is(err, api.ErrFolder) {
		return godocker.Errorf(godocker.Invalid, "%s is a folder; see what is in it with: godfile list %d %s", name, n, name)
	}
	if err != nil {
		return err
	}
	defer body.Close()
	if to == "-" {
		_, err := io.Copy(c.OutOrStdout(), body)
		return err
	}
	if info, err := os.Stat(to); err == nil && info.IsDir() {
		to = filepath.Join(to, path.Base(name))
	}
	return store(c, body, size, to)
}

// store writes beside the destination and puts the file there once it is whole.
func store(c *cobra.Command, body io.Reader, size int64, to string) error {
	f, err := os.CreateTemp(filepath.Dir(to), "."+filepath.Base(to)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	p := newProgress(c.ErrOrStderr())
	got, err := io.Copy(io.MultiWriter(f, &counter{p: p, of: size}), body)
	p.clear()
	if err == nil && size >= 0 && got != size {
		err = godocker.Errorf(godocker.Unavailable, "the connection broke after %d of %d bytes; try again", got, size)
	}
	if err := errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), to)
}

// counter shows how far a download is.
type counter struct {
	p       *progress
	got, of int64
}

func (k *counter) Write(b []byte) (int, error) {
	k.got += int64(len(b))
	if k.of > 0 {
		k.p.say(fmt.Sprintf("%d %% of %s", 100*k.got/k.of, bytesWord(k.of)))
	}
	return len(b), nil
}
