package spec

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"syscall"
	"time"
)

// A Result is what the runner knows of an attempt that ended. It lies in a folder
// of the user, who can forge it: the engine's word on the exit code goes first.
type Result struct {
	ExitCode   int       `json:"exit_code"`
	Error      string    `json:"error,omitempty"`   // why the script did not start, in words
	Stopped    bool      `json:"stopped,omitempty"` // somebody outside asked it to end before it did
	Started    time.Time `json:"started"`
	Ended      time.Time `json:"ended"`
	PeakRAM    int64     `json:"peak_ram,omitempty"` // bytes; 0 = unknown
	CPUSeconds float64   `json:"cpu_seconds,omitempty"`
	ReadBytes  int64     `json:"read_bytes,omitempty"`
	WriteBytes int64     `json:"write_bytes,omitempty"`
	OOMKills   int64     `json:"oom_kills,omitempty"` // processes the kernel ended at the memory limit
}

// Marker is the file, relative to the task's folder, whose presence says that the
// attempt was begun. It is created by exactly one runner.
func Marker(attempt int) string { return path.Join(StateDir, fmt.Sprintf("attempt-%d", attempt)) }

// ResultFile is where the runner puts the Result, relative to the task's folder.
func ResultFile(attempt int) string { return Marker(attempt) + ".json" }

// ReserveFile holds the room on the disk for the Result until it is written: it has
// ReserveSize bytes while the runner is at work, and is gone when it came to its end.
func ReserveFile(attempt int) string { return ResultFile(attempt) + ".part" }

// ReserveSize is more than a Result takes, in bytes.
const ReserveSize = 4096

// Interrupted reports whether the runner of an attempt was ended before it could write
// its result, for which it had reserved the room.
func Interrupted(folder string, attempt int) bool {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return false
	}
	defer root.Close()
	info, err := root.Lstat(ReserveFile(attempt))
	return err == nil && info.Mode().IsRegular() && info.Size() == ReserveSize
}

// Begun reports whether a runner made the attempt its own. One that could not use the
// task's folder ends with ExitCannotRun and did not: its code is not the script's.
func Begun(folder string, attempt int) bool {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return false
	}
	defer root.Close()
	_, err = root.Lstat(Marker(attempt))
	return err == nil
}

// maxResult is far more than any honest result file needs.
const maxResult = 64 << 10

// ReadResult reads the result of an attempt from the task's folder. A missing file
// gives an error that is fs.ErrNotExist: the runner did not come to its end. It
// neither leaves the folder nor waits, whatever the user put in the file's place.
func ReadResult(folder string, attempt int) (Result, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return Result{}, err
	}
	defer root.Close()
	f, err := root.OpenFile(ResultFile(attempt), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return Result{}, err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return Result{}, fmt.Errorf("%s is not a regular file", ResultFile(attempt))
	}
	var r Result
	if err := json.NewDecoder(io.LimitReader(f, maxResult)).Decode(&r); err != nil {
		return Result{}, fmt.Errorf("%s: %w", ResultFile(attempt), err)
	}
	return r, nil
}
