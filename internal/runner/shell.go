package runner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"golang.org/x/term"
	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"

	"godocker/internal/runner/spec"
)

// Shell runs the built-in shell, for images that have none, and returns the exit code:
// args are shell options such as -e, and then a script and its arguments, or -c and the
// text of a command. With neither it follows its standard input.
func Shell(args []string) int {
	n := 0
	for n < len(args) && len(args[n]) > 1 && (args[n][0] == '-' || args[n][0] == '+') && args[n] != "-c" {
		n++
	}
	options, args := args[:n:n], args[n:]
	if len(args) == 0 {
		return converse(options)
	}
	var source io.ReadCloser
	name := args[0]
	if name == "-c" {
		if len(args) < 2 {
			return complain(os.Stderr, 2, errors.New("the built-in shell: -c wants the text of a command"))
		}
		source, args = io.NopCloser(strings.NewReader(args[1])), args[1:]
	} else {
		file, err := os.Open(name)
		if err != nil {
			return complain(os.Stderr, spec.ExitNotFound, err)
		}
		source = file
	}
	defer source.Close()
	script, err := syntax.NewParser().Parse(source, name)
	if err != nil {
		return complain(os.Stderr, 2, err) // what other shells exit with
	}
	run, err := newShell(append(append(options, "--"), args[1:]...))
	if err != nil {
		return complain(os.Stderr, 2, err)
	}
	return codeOf(run.Run(context.Background(), script))
}

func newShell(params []string, more ...interp.RunnerOption) (*interp.Runner, error) {
	run, err := interp.New(append(more, interp.StdIO(os.Stdin, os.Stdout, os.Stderr), interp.Params(params...))...)
	if err != nil {
		return nil, fmt.Errorf("the built-in shell: %w", err)
	}
	return run, nil
}

// codeOf is the exit code for how something ended.
func codeOf(err error) int {
	if status, ok := errors.AsType[interp.ExitStatus](err); ok {
		return int(status)
	}
	if err != nil {
		return complain(os.Stderr, 1, err)
	}
	return 0
}

// converse follows the standard input, line by line, and prompts on a terminal. INT ends
// what runs, and not the shell.
func converse(options []string) int {
	terminal := term.IsTerminal(int(os.Stdin.Fd()))
	run, err := newShell(options, interp.Interactive(terminal))
	if err != nil {
		return complain(os.Stderr, 2, err)
	}
	interrupts := make(chan os.Signal, 1)
	if terminal {
		signal.Notify(interrupts, syscall.SIGINT)
	}
	prompt := func(text string) {
		if terminal {
			fmt.Fprint(os.Stdout, text)
		}
	}
	code := 0
	prompt("$ ")
	for { // a line that cannot be understood ends the parser, and not a conversation
		var mistake error
		parser := syntax.NewParser()
		for stmts, err := range parser.InteractiveSeq(os.Stdin) {
			if mistake = err; err != nil {
				break
			}
			if parser.Incomplete() {
				prompt("> ")
				continue
			}
			var exits bool
			if code, exits = follow(run, stmts, interrupts); exits {
				return code
			}
			prompt("$ ")
		}
		if mistake == nil {
			return code
		}
		code = complain(os.Stderr, 2, mistake)
		if !terminal {
			return code
		}
		prompt("$ ")
	}
}

// interrupted is the exit code of what INT ended, as other shells have it.
const interrupted = 128 + int(syscall.SIGINT)

// follow runs what one line says, until it ends or is interrupted, and tells whether it
// ends the shell.
func follow(run *interp.Runner, stmts []*syntax.Stmt, interrupts <-chan os.Signal) (code int, exits bool) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	select {
	case <-interrupts: // it was about the prompt
	default:
	}
	go func() {
		select {
		case <-interrupts:
			cancel()
		case <-ctx.Done():
		}
	}()
	for _, stmt := range stmts {
		err := run.Run(ctx, stmt)
		if ctx.Err() != nil { // to the interpreter this is an exit, but not to who sits there
			return interrupted, false
		}
		if code = codeOf(err); run.Exited() {
			return code, true
		}
	}
	return code, false
}
