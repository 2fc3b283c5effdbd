package main

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"godocker/api"

	"github.com/spf13/cobra"
)

// completeWait is how long a shell waits for the server while somebody types.
const completeWait = time.Second

// completer is what cobra asks for the words that may come next.
type completer = func(c *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective)

// ask makes a completer of a question to the server. Without an answer in time it says
// nothing at all.
func (a *client) ask(question func(ctx context.Context, srv *api.Client, args []string) ([]string, error)) completer {
	return func(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Context()), completeWait)
		defer cancel()
		srv, err := a.connect(ctx)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		words, err := question(ctx, srv, args)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return words, cobra.ShellCompDirectiveNoFileComp
	}
}

// candidate is a word that may come next, with what it means.
func candidate(word, meaning string) string { return oneLine(word) + "\t" + oneLine(meaning) }

// completeTasks completes ids of the newest tasks in the given states, "" being all, for at most
// so many arguments.
func (a *client) completeTasks(states string, most int) completer {
	return a.ask(func(ctx context.Context, srv *api.Client, args []string) (words []string, err error) {
		if len(args) >= most {
			return nil, nil
		}
		p, err := srv.List(ctx, url.Values{"state": {states}, "limit": {"50"}, "fields": {"id,meta.name,status"}})
		for _, k := range p.Tasks {
			if id := strconv.FormatInt(k.ID, 10); !slices.Contains(args, id) {
				words = append(words, candidate(id, strings.TrimSpace(fmt.Sprintf("%s %s", k.Meta.Name, state(k.Status)))))
			}
		}
		return words, err
	})
}

func (a *client) completeImages() completer {
	return a.ask(func(ctx context.Context, srv *api.Client, _ []string) (words []string, err error) {
		ims, err := srv.Images(ctx)
		for _, im := range ims {
			words = append(words, candidate(im.URL, im.Name))
		}
		return words, err
	})
}

func (a *client) completeProjects() completer {
	return a.ask(func(ctx context.Context, srv *api.Client, _ []string) (words []string, err error) {
		me, err := load()
		if err != nil {
			return nil, err
		}
		ps, err := srv.UserProjects(ctx, me.User)
		for _, p := range ps {
			words = append(words, candidate(p.ID, p.Description))
		}
		return words, err
	})
}

func (a *client) completeVolumes() completer {
	return a.ask(func(ctx context.Context, srv *api.Client, _ []string) (words []string, err error) {
		conf, err := srv.Config(ctx)
		for _, v := range conf.Volumes {
			words = append(words, candidate(v.Name, v.ACL))
		}
		return words, err
	})
}

// many is for commands that take any number of tasks.
const many = 1000

// complete gives the commands of a tree what completes their arguments and options.
func (a *client) complete(c *cobra.Command) {
	states := map[string]string{"kill": "pending,running", "suspend": "pending,running", "resume": "pending,running", "archive": "over",
		"show": "", "wait": "", "status": "", "logs": "", "reschedule": "", "info": "running", "connect": "running", "ssh": "running", "forward": "running"}
	word := strings.Fields(c.Use)
	if of, known := states[c.Name()]; known && len(word) > 1 && strings.HasPrefix(word[1], "ID") {
		most := 1
		if strings.HasSuffix(word[1], "...") {
			most = many
		}
		c.ValidArgsFunction = a.completeTasks(of, most)
	}
	if len(word) > 1 && strings.HasSuffix(word[1], "NODE...") {
		c.ValidArgsFunction = a.completeNodes(word[1] != "NODE...")
	}
	if c.HasParent() && strings.HasSuffix(c.Parent().Name(), "file") {
		c.ValidArgsFunction = a.completeTasks("", 1)
	}
	if len(word) > 1 && word[1] == "NAME" && c.Flags().Lookup("project") != nil {
		c.ValidArgsFunction = a.completeProjects()
	}
	for name, f := range map[string]completer{"image": a.completeImages(), "project": a.completeProjects(), "volume": a.completeVolumes()} {
		if c.Flags().Lookup(name) != nil {
			_ = c.RegisterFlagCompletionFunc(name, f)
		}
	}
	for _, inner := range c.Commands() {
		a.complete(inner)
	}
}
