package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/term"
)

// alias is what the task is called in known_hosts: nodes and ports are used again.
func (s session) alias() string {
	if s.Gateway {
		return gatewayName
	}
	return "god-" + strconv.FormatInt(s.Task, 10)
}

// gatewayName is what the gateway of the site is called in known_hosts.
const gatewayName = "god-gateway"

// prompt is how ssh asks for the password of the task.
func (s session) prompt() string { return s.User + "@" + s.alias() + "'s password" }

// knownFor is how long the host key of a task is kept on this machine. It is written anew
// at each login.
const knownFor = 30 * 24 * time.Hour

// knownHosts writes the task's host key to where ssh looks for it and returns the file.
func (s session) knownHosts() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "godocker", "known_hosts")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	old, _ := os.ReadDir(dir)
	for _, e := range old {
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > knownFor {
			_ = os.Remove(filepath.Join(dir, e.Name()))
		}
	}
	// Tasks of another server may have the same number.
	part, err := os.CreateTemp(dir, ".part-*")
	if err != nil {
		return "", err
	}
	defer os.Remove(part.Name())
	_, err = fmt.Fprintf(part, "%s %s\n", s.alias(), s.HostKey)
	if cErr := part.Close(); err == nil {
		err = cErr
	}
	file := filepath.Join(dir, fmt.Sprintf("%s-%s-%d", s.alias(), strings.ReplaceAll(s.Host, "/", "_"), s.Port))
	if err == nil {
		err = os.Rename(part.Name(), file)
	}
	return file, err
}

// askVariable holds, where ssh calls this program for a password, the prompt for that of
// the task. The password itself, the API key, goes through a pipe alone.
const askVariable = "GODOCKER_SSH_PROMPT"

// answer answers a prompt of ssh: for the task's password with the API key, and for any
// other, such as the passphrase of a key, with what the person types.
func answer(ours, prompt string) int {
	if strings.HasPrefix(strings.TrimLeft(prompt, "("), ours) {
		me, err := load()
		if err != nil {
			return 1
		}
		fmt.Println(me.APIKey)
		return 0
	}
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return 1
	}
	defer tty.Close()
	fmt.Fprint(tty, prompt)
	text, err := term.ReadPassword(int(tty.Fd()))
	fmt.Fprintln(tty)
	if err != nil {
		return 1
	}
	fmt.Println(string(text))
	return 0
}
