package volume

import (
	"errors"
	"fmt"
	"os"

	"godocker"

	"golang.org/x/sys/unix"
)

// Open opens a plain file of a volume's folder for reading, as its owner: no link, and
// not larger than the given number of bytes. A file that is not there is os.ErrNotExist.
func Open(v godocker.Volume, as godocker.Owner, name string, most int64) (*os.File, error) {
	var file *os.File
	err := become(as, func() error {
		return within(v.Path, func(fd int, _ Folder) error {
			// Without waiting for whoever has the other end of a pipe.
			got, err := unix.Openat(fd, name, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
			if err == nil {
				file = os.NewFile(uintptr(got), name)
			}
			return err
		})
	})
	refuse := func(why string) error { return &Refusal{Volume: v.Name, Why: name + " " + why} }
	switch {
	case errors.Is(err, unix.ENOENT):
		return nil, os.ErrNotExist
	case errors.Is(err, unix.EACCES):
		return nil, refuse("may not be read by " + as.ID)
	case errors.Is(err, unix.ELOOP), errors.Is(err, errLink):
		return nil, refuse("is a symbolic link, or one is on the way to it")
	case errors.Is(err, unix.ENXIO), errors.Is(err, unix.ENODEV):
		return nil, refuse("is not a plain file")
	case err != nil:
		return nil, fmt.Errorf("volume %q: %s: %w", v.Name, name, err)
	}
	info, err := file.Stat()
	switch {
	case err != nil:
	case !info.Mode().IsRegular():
		err = refuse("is not a plain file")
	case info.Size() > most:
		err = refuse(fmt.Sprintf("is larger than the %d bytes that it may have", most))
	default:
		return file, nil
	}
	return nil, errors.Join(err, file.Close())
}
