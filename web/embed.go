// Package web carries the page, so that the daemon is one file: the build puts the
// page into dist, and dist into the program.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files returns what the build of the page wrote, index.html at its root. A program
// that was compiled before the page was built has no index.html in it.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // dist is a valid path by construction
	}
	return files
}
