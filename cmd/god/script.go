package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"godocker"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"mvdan.cc/sh/v3/syntax"
)

func (a *client) submitScript() *cobra.Command {
	var k ask
	var quiet bool
	c := &cobra.Command{Use: "submit [OPTIONS] SCRIPT [ARGUMENTS...]", Short: "Submit a script that says in #GOD lines what it needs", Args: cobra.MinimumNArgs(1),
		Long: "Submit a script. Lines before its first command that begin with #GOD have options of\n" +
			"godjob create, such as\n\n    #GOD --cpu 4 --ram 16\n\n" +
			"and the command line goes before them. What follows the script are its arguments.",
		Example: "  god job submit --cpu 8 align.sh sample7",
		RunE: func(c *cobra.Command, args []string) error {
			doc, late, err := a.fromScript(c.Flags(), args[0], args[1:])
			if err != nil {
				return err
			}
			for _, line := range late {
				fmt.Fprintf(c.ErrOrStderr(), "%s:%d: this #GOD line comes after the first command, and is not obeyed\n", args[0], line)
			}
			t, err := doc.document()
			if err != nil {
				return err
			}
			out := c.OutOrStdout()
			srv, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			id, err := srv.Submit(c.Context(), t)
			if err != nil {
				return err
			}
			if quiet {
				fmt.Fprintln(out, id)
			} else {
				fmt.Fprintf(out, "Task added. Job id is %d\n", id)
			}
			if !k.wait {
				return nil
			}
			return await(c, srv, id)
		}}
	k.flags(c.Flags())
	a.sizes(c.Flags())
	c.Flags().BoolVar(&k.wait, "wait", false, "wait for the end and exit with the task's exit code")
	c.Flags().BoolVarP(&quiet, "quiet", "q", false, "print the id alone")
	c.Flags().SetInterspersed(false)
	for _, name := range ownFlags {
		_ = c.Flags().MarkHidden(name)
	}
	return c
}

// ownFlags are those of create that a script cannot have.
var ownFlags = []string{"script", "cmd", "interactive"}

// fromScript reads what a script asks for, with what the command line asks for in its
// place where both do. late are the numbers of the #GOD lines that come too late.
func (a *client) fromScript(given *pflag.FlagSet, path string, args []string) (k *ask, late []int, err error) {
	text, err := readScript(path)
	if err != nil {
		return nil, nil, godocker.Errorf(godocker.Invalid, "%w", err)
	}
	for _, name := range ownFlags {
		if given.Changed(name) {
			return nil, nil, godocker.Errorf(godocker.Invalid, "--%s does not go with a script; see: godjob create --help", name)
		}
	}
	k = &ask{}
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	flags.SetOutput(io.Discard)
	k.flags(flags)
	comments := true
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		line = strings.TrimSpace(line)
		rest, ours := strings.CutPrefix(line, "#GOD")
		ours = ours && (rest == "" || rest[0] == ' ' || rest[0] == '\t')
		switch {
		case ours && !comments:
			late = append(late, number)
		case ours:
			if err := k.directive(flags, rest); err != nil {
				return nil, nil, godocker.Errorf(godocker.Invalid, "%s:%d: %w", path, number, err)
			}
		case line != "" && line[0] != '#':
			comments = false
		}
	}
	if err := override(flags, given); err != nil {
		return nil, nil, err
	}
	k.retrySet, k.webSet = flags.Changed("retry"), flags.Changed("web")
	k.leave(a, flags)
	if k.name == "" && path != "-" {
		k.name = filepath.Base(path)
	}
	k.cmd, k.script = "", ""
	k.body, err = withLines(string(text), arguments(args), "arguments")
	return k, late, err
}

// directive reads one #GOD line.
func (k *ask) directive(flags *pflag.FlagSet, line string) error {
	words, err := plainWords(line)
	if err != nil {
		return err
	}
	if err := flags.Parse(words); err != nil {
		return err
	}
	for _, name := range ownFlags {
		if flags.Changed(name) {
			return fmt.Errorf("--%s has no place in a script", name)
		}
	}
	if more := flags.Args(); len(more) > 0 {
		if !slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, "-v") || strings.HasPrefix(w, "--volume") }) {
			return fmt.Errorf("%q is no option; want options of godjob create, such as --cpu 4", more[0])
		}
		k.volumes = append(k.volumes, more...)
	}
	return nil
}

// plainWords splits a line as a shell does, which expands nothing.
func plainWords(line string) ([]string, error) {
	var out []string
	p := syntax.NewParser()
	for w, err := range p.WordsSeq(strings.NewReader(line)) {
		if err != nil {
			return nil, fmt.Errorf("%q is not written as a shell would have it", line)
		}
		text, plain := literal(w.Parts)
		if !plain {
			return nil, fmt.Errorf("nothing is expanded in %q: write it out, or put it into single quotes", line)
		}
		out = append(out, text)
	}
	return out, nil
}

func literal(parts []syntax.WordPart) (text string, plain bool) {
	var b strings.Builder
	for _, part := range parts {
		switch p := part.(type) {
		case *syntax.Lit:
			b.WriteString(strings.ReplaceAll(p.Value, `\`, ""))
		case *syntax.SglQuoted:
			b.WriteString(p.Value)
		case *syntax.DblQuoted:
			inner, ok := literal(p.Parts)
			if !ok {
				return "", false
			}
			b.WriteString(inner)
		default:
			return "", false
		}
	}
	return b.String(), true
}

// override puts what was given into flags.
func override(flags, given *pflag.FlagSet) (err error) {
	given.Visit(func(f *pflag.Flag) {
		to := flags.Lookup(f.Name)
		if to == nil || err != nil {
			return
		}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			err = to.Value.(pflag.SliceValue).Replace(list.GetSlice())
			to.Changed = true
			return
		}
		err = flags.Set(f.Name, f.Value.String())
	})
	return err
}

// arguments is the line of a shell that gives a script its arguments.
func arguments(args []string) string {
	if len(args) == 0 {
		return ""
	}
	line := "set --"
	for _, arg := range args {
		line += " '" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
	}
	return line + "\n"
}
