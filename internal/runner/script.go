package runner

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"godocker/internal/runner/spec"
)

const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// shells are the interpreters that another shell can stand in for.
var shells = []string{"sh", "bash", "dash", "ash", "ksh", "zsh"}

// An interpreter finds the program that runs a script. The script itself is never
// executed, as its folder may be mounted without that right.
type interpreter struct {
	lookPath func(name string) string // "" = the image has none
	self     string                   // path of the runner, which has a shell built in
}

// choose returns the whole command that runs the script: by the #! line where there
// is one that the image can follow, else by the best shell there is.
func (i interpreter) choose(head []byte, script string) ([]string, error) {
	program, arg := shebang(head)
	if program == "" {
		return append(i.shell(), script), nil
	}
	if filepath.Base(program) == "env" {
		return i.env(program, arg, script)
	}
	if found := i.lookPath(program); found != "" {
		return command(found, arg, script), nil
	}
	return i.standIn(program, arg, script)
}

// env follows #!/usr/bin/env NAME, also where there is no env.
func (i interpreter) env(program, arg, script string) ([]string, error) {
	words := strings.Fields(arg)
	name := ""
	for _, w := range words { // past env's own options and VAR=value
		if !strings.HasPrefix(w, "-") && !strings.Contains(w, "=") {
			name = w
			break
		}
	}
	found := i.lookPath(name)
	switch {
	case found == "":
		return i.standIn(name, "", script)
	case i.lookPath(program) != "":
		return command(program, arg, script), nil
	default:
		return append(append([]string{found}, words[slices.Index(words, name)+1:]...), script), nil
	}
}

// standIn replaces a shell that the image does not have. Nothing stands in for
// another language: the sentence says what is missing.
func (i interpreter) standIn(program, arg, script string) ([]string, error) {
	if !slices.Contains(shells, filepath.Base(program)) {
		return nil, refuse(spec.ExitNotFound, "the first line of %s asks for %q, which the image does not have", spec.Script, program)
	}
	argv := i.shell()
	if arg != "" {
		argv = append(argv, arg)
	}
	return append(argv, script), nil
}

// shell is the best shell of the image, or the built-in one.
func (i interpreter) shell() []string {
	for _, name := range []string{"bash", "sh"} {
		if found := i.lookPath(name); found != "" {
			return []string{found}
		}
	}
	return []string{i.self, "shell"}
}

func command(program, arg, script string) []string {
	if arg == "" {
		return []string{program, script}
	}
	return []string{program, arg, script}
}

// shebang splits a #! line as the kernel does: a program and at most one argument.
func shebang(head []byte) (program, arg string) {
	line, ok := bytes.CutPrefix(head, []byte("#!"))
	if !ok {
		return "", ""
	}
	if n := bytes.IndexByte(line, '\n'); n >= 0 {
		line = line[:n]
	}
	text := strings.TrimSpace(string(line))
	if n := strings.IndexAny(text, " \t"); n >= 0 {
		return text[:n], strings.TrimSpace(text[n:])
	}
	return text, ""
}

// lookPath finds a program of the image by name or by path.
func lookPath(name string) string {
	if name == "" {
		return ""
	}
	if strings.Contains(name, "/") {
		if executable(name) {
			return name
		}
		return ""
	}
	path := os.Getenv("PATH")
	for _, dir := range append(filepath.SplitList(path), filepath.SplitList(defaultPath)...) {
		if file := filepath.Join(dir, name); filepath.IsAbs(file) && executable(file) {
			return file
		}
	}
	return ""
}

func executable(file string) bool {
	info, err := os.Stat(file)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// self is a path of this program that the script's user can execute.
func self() string {
	if path, err := os.Executable(); err == nil {
		return path
	}
	return spec.Path
}
