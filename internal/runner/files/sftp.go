// Package files serves files to whoever is logged in to a task: by SFTP, and as the
// program scp does that images do not have. It runs in processes of the task's user,
// with no other rights than theirs.
package files

import (
	"errors"
	"io"
	"os"

	"github.com/pkg/sftp"
)

// SFTP serves standard input and output until the client is done, and returns the exit
// code. Relative paths are those of the working folder.
func SFTP() int {
	server, err := sftp.NewServer(struct {
		io.Reader
		io.WriteCloser
	}{os.Stdin, os.Stdout})
	if err == nil {
		err = server.Serve()
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return 1
	}
	return 0
}
