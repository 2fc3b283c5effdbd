package files

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"mvdan.cc/sh/v3/shell"
)

// A copier speaks the protocol that scp -t and scp -f speak, by which older clients copy.
type copier struct {
	in        *bufio.Reader
	out       io.Writer
	recursive bool
	times     bool
	folder    bool // the target must be a folder
	failed    bool
}

// SCP does what the other side of an scp asks for by a command such as "scp -r -t DIR",
// and returns the exit code.
func SCP(command string) int {
	words, err := shell.Fields(command, nil)
	if err != nil || len(words) == 0 {
		fmt.Fprintln(os.Stderr, "scp: the command cannot be understood")
		return 2
	}
	c := &copier{in: bufio.NewReader(os.Stdin), out: os.Stdout}
	mode, n := byte(0), 1
	for ; n < len(words) && len(words[n]) > 1 && words[n][0] == '-'; n++ {
		if words[n] == "--" {
			n++
			break
		}
		for _, flag := range []byte(words[n][1:]) {
			switch flag {
			case 't', 'f':
				mode = flag
			case 'r':
				c.recursive = true
			case 'p':
				c.times = true
			case 'd':
				c.folder = true
			}
		}
	}
	paths := words[n:]
	switch {
	case mode == 't' && len(paths) == 1:
		err = c.sink(paths[0])
	case mode == 'f' && len(paths) > 0:
		err = c.source(paths)
	default:
		err = errors.New("want scp -t or scp -f, and where")
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "scp: %v\n", err)
		return 1
	}
	if c.failed {
		return 1
	}
	return 0
}

// answer reads the other side's word on what it was sent.
func (c *copier) answer() error {
	code, err := c.in.ReadByte()
	if err != nil || code == 0 {
		return err
	}
	text, err := c.in.ReadString('\n')
	if err != nil {
		return err
	}
	if c.failed = true; code == 1 {
		return refused(strings.TrimSpace(text))
	}
	return errors.New(strings.TrimSpace(text))
}

// refused is the other side's refusal of one file; the next one may do.
type refused string

func (r refused) Error() string { return string(r) }

func (c *copier) ok() error {
	_, err := c.out.Write([]byte{0})
	return err
}

// complain tells the other side that something failed, and goes on.
func (c *copier) complain(err error) error {
	c.failed = true
	_, wErr := fmt.Fprintf(c.out, "\x01scp: %s\n", strings.ReplaceAll(err.Error(), "\n", " "))
	return wErr
}

// source sends files.
func (c *copier) source(paths []string) error {
	if err := c.answer(); err != nil {
		return err
	}
	for _, path := range paths {
		for _, path := range matching(path) {
			if err := c.send(path); err != nil {
				return err
			}
		}
	}
	return nil
}

// matching is what a pattern stands for, if it is none of a file by itself.
func matching(path string) []string {
	if _, err := os.Lstat(path); err != nil {
		if all, err := filepath.Glob(path); err == nil && len(all) > 0 {
			return all
		}
	}
	return []string{path}
}

func (c *copier) send(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return c.complain(err)
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return c.complain(err)
	case info.IsDir() && !c.recursive, !info.IsDir() && !info.Mode().IsRegular():
		return c.complain(fmt.Errorf("%s: not a regular file", path))
	}
	if c.times {
		at := info.ModTime().Unix()
		if err := c.say("T%d 0 %d 0\n", at, at); err != nil {
			return err
		}
	}
	name, perm := filepath.Base(path), info.Mode().Perm()
	if info.IsDir() {
		return c.sendFolder(f, path, name, perm)
	}
	if err := c.say("C%04o %d %s\n", perm, info.Size(), name); err != nil {
		return unlessRefused(err)
	}
	n, err := io.CopyN(c.out, f, info.Size())
	if err != nil { // it became shorter: the other side gets its bytes, and the truth
		_, wErr := io.CopyN(c.out, zeros{}, info.Size()-n)
		return errors.Join(wErr, c.complain(err), unlessRefused(c.answer()))
	}
	return errors.Join(c.ok(), unlessRefused(c.answer()))
}

func (c *copier) sendFolder(f *os.File, path, name string, perm fs.FileMode) error {
	entries, err := f.ReadDir(-1)
	if err != nil {
		return c.complain(err)
	}
	if err := c.say("D%04o 0 %s\n", perm, name); err != nil {
		return unlessRefused(err)
	}
	for _, e := range entries {
		if err := c.send(filepath.Join(path, e.Name())); err != nil {
			return err
		}
	}
	return c.say("E\n")
}

func (c *copier) say(format string, args ...any) error {
	if _, err := fmt.Fprintf(c.out, format, args...); err != nil {
		return err
	}
	return c.answer()
}

func unlessRefused(err error) error {
	if _, only := errors.AsType[refused](err); only {
		return nil
	}
	return err
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// sink receives files into a folder, or as a file of that name.
func (c *copier) sink(target string) error {
	if info, err := os.Stat(target); c.folder && (err != nil || !info.IsDir()) {
		return c.complain(fmt.Errorf("%s: not a folder", target))
	}
	if err := c.ok(); err != nil {
		return err
	}
	return c.receive(target)
}

// receive follows the other side until it leaves the folder, or is done.
func (c *copier) receive(target string) error {
	var at time.Time
	for {
		line, err := c.in.ReadString('\n')
		if errors.Is(err, io.EOF) && line == "" {
			return nil
		}
		if err != nil {
			return err
		}
		line = strings.TrimSuffix(line, "\n")
		switch line[:min(1, len(line))] {
		case "T":
			seconds, _, _ := strings.Cut(line[1:], " ")
			n, err := strconv.ParseInt(seconds, 10, 64)
			if err != nil {
				return errors.New("a time cannot be understood")
			}
			at = time.Unix(n, 0)
			if err := c.ok(); err != nil {
				return err
			}
			continue
		case "E":
			return c.ok()
		case "C", "D":
			if err := c.take(line, target, at); err != nil {
				return err
			}
		case "\x01":
			c.failed = true
		default:
			return fmt.Errorf("%q cannot be understood", line)
		}
		at = time.Time{}
	}
}

// take receives one file or folder.
func (c *copier) take(line, target string, at time.Time) error {
	parts := strings.SplitN(line[1:], " ", 3)
	if len(parts) != 3 {
		return fmt.Errorf("%q cannot be understood", line)
	}
	perm, err1 := strconv.ParseUint(parts[0], 8, 32)
	size, err2 := strconv.ParseInt(parts[1], 10, 64)
	name := parts[2]
	if errors.Join(err1, err2) != nil || size < 0 || name == "" || name == "." || name == ".." || strings.Contains(name, "/") {
		return fmt.Errorf("%q cannot be understood", line)
	}
	path := target
	if info, err := os.Stat(target); err == nil && info.IsDir() {
		path = filepath.Join(target, name)
	}
	mode := fs.FileMode(perm) & 0o777
	if line[0] == 'D' {
		return c.takeFolder(path, mode, at)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return c.complain(err)
	}
	if err := c.ok(); err != nil {
		_ = f.Close()
		return err
	}
	n, err := io.CopyN(f, c.in, size)
	if n < size { // the rest is not kept, and still is to be read
		if _, err := io.CopyN(io.Discard, c.in, size-n); err != nil {
			_ = f.Close()
			return err
		}
	}
	if c.times && err == nil {
		err = f.Chmod(mode)
	}
	err = errors.Join(err, f.Close())
	if err == nil && !at.IsZero() {
		err = os.Chtimes(path, at, at)
	}
	if aErr := unlessRefused(c.answer()); aErr != nil {
		return aErr
	}
	if err != nil {
		return c.complain(err)
	}
	return c.ok()
}

func (c *copier) takeFolder(path string, mode fs.FileMode, at time.Time) error {
	if !c.recursive {
		return errors.New("a folder comes, and -r was not given")
	}
	if err := os.Mkdir(path, mode|0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return c.complain(err)
	}
	if err := c.ok(); err != nil {
		return err
	}
	if err := c.receive(path); err != nil {
		return err
	}
	if !at.IsZero() {
		return os.Chtimes(path, at, at)
	}
	return nil
}
