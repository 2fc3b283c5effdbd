package main

import (
	"os"
	"os/user"
	"time"

	"godocker/internal/audit"
	"godocker/store"

	"github.com/spf13/cobra"
)

// change calls f with the store open, and writes what it says that it did into the audit
// log.
func (s *settings) change(c *cobra.Command, f func(store.Store) (store.Act, error)) error {
	return s.withStore(c.Context(), func(st store.Store) error {
		done, err := f(st)
		if err == nil {
			done.At, done.Who, done.Door = time.Now(), operator(), "command"
			audit.Ledger{Store: st, Log: logger()}.Write(c.Context(), done)
		}
		return err
	})
}

// operator is the account on this machine that the command is given by.
func operator() string {
	if name := os.Getenv("SUDO_USER"); name != "" && os.Getuid() == 0 {
		return name
	}
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return ""
}
