package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"godocker"
	"godocker/api"

	"golang.org/x/sys/unix"
)

// batchList is the list of tasks that are to be played: one file in the home folder,
// readable by its owner alone, as scripts may hold secrets.
type batchList struct {
	Items []batchItem `json:"items"`
}

// batchItem is one task of the list. Sent is stored before the task is handed in, so
// that one whose answer was never heard is looked for and not handed in twice.
type batchItem struct {
	Number    int      `json:"number"`
	Marker    string   `json:"marker"` // a tag that only this task has
	Task      api.Task `json:"task"`
	Sent      bool     `json:"sent"`
	ID        int64    `json:"id,omitempty"`
	Cancelled bool     `json:"cancelled,omitempty"`
	Over      string   `json:"over,omitempty"` // how it ended
	Exit      int      `json:"exit,omitempty"`
}

func batchPath() (string, error) {
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".godocker_batch"), err
}

// readBatch returns the list; one that is not there is empty.
func readBatch() (l batchList, err error) {
	path, err := batchPath()
	if err != nil {
		return l, err
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &l)
	}
	if err != nil {
		return l, fmt.Errorf("%s: %w; godbatch clean begins a new list", path, err)
	}
	return l, nil
}

// changeBatch changes the list, of which only one process at a time may think.
func changeBatch(change func(*batchList) error) error {
	unlock, err := lockBatch("lock", unix.LOCK_EX)
	if err != nil {
		return err
	}
	defer unlock()
	l, err := readBatch()
	if err == nil {
		err = change(&l)
	}
	if err != nil {
		return err
	}
	return writeBatch(l)
}

func writeBatch(l batchList) error {
	path, err := batchPath()
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(l, "", " ")
	if err != nil {
		return err
	}
	return replaceFile(path, text)
}

// lockBatch takes one of the locks of the list until unlock is called or the program
// ends. It fails with godocker.Conflict where LOCK_NB is asked for and another has it.
func lockBatch(name string, how int) (unlock func(), err error) {
	path, err := batchPath()
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path+"."+name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err = unix.Flock(int(f.Fd()), how)
		if !errors.Is(err, unix.EINTR) {
			break
		}
	}
	if err != nil {
		_ = f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, godocker.Errorf(godocker.Conflict, "this list is being played by another godbatch")
		}
		return nil, err
	}
	return func() { _ = f.Close() }, nil
}

// change changes one item of the list, if it is still there.
func (l *batchList) change(number int, change func(*batchItem)) {
	for i := range l.Items {
		if l.Items[i].Number == number {
			change(&l.Items[i])
		}
	}
}
