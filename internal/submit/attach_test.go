package submit_test

import (
	"strings"
	"testing"

	"godocker"
	"godocker/api"

	"github.com/google/go-cmp/cmp"
)

// What is handed in beside the script is kept, and goes along when the task is submitted
// anew.
func TestVariablesAndFiles(t *testing.T) {
	r, s := room(t, nil)
	d := doc()
	d.Command.Env = map[string]string{"SAMPLE": "a b"}
	d.Command.Files = []api.File64{{Name: "reads.csv", Content: []byte("a,b\n")}}
	first := submitted(t, r, s, ann, d)
	id, err := r.Again(t.Context(), ann, &first, now)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []int64{first.ID, id} {
		got, err := s.Task(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		want := godocker.Command{Script: "true", Env: map[string]string{"SAMPLE": "a b"}, Files: []godocker.Attachment{{Name: "reads.csv"}}}
		if diff := cmp.Diff(want, got.Command); diff != "" {
			t.Error(diff)
		}
		content, err := s.Attached(t.Context(), id)
		if err != nil || string(content["reads.csv"]) != "a,b\n" {
			t.Errorf("task %d has %q, %v", id, content, err)
		}
		if shown := api.FromTask(&got, "", now).Command.Files; len(shown) != 1 || shown[0].Content != nil {
			t.Errorf("shown: %+v", shown)
		}
	}
}

func TestWrongVariablesAndFiles(t *testing.T) {
	r, _ := room(t, nil)
	for want, change := range map[string]func(*api.Command){
		"command.env":       func(c *api.Command) { c.Env = map[string]string{"NVIDIA_VISIBLE_DEVICES": "all"} },
		"command.env.A":     func(c *api.Command) { c.Env = map[string]string{"A": "\x00"} },
		"command.env.B":     func(c *api.Command) { c.Env = map[string]string{"B": strings.Repeat("x", 40_000)} },
		"command.files":     func(c *api.Command) { c.Files = []api.File64{{Name: "cmd.sh"}} },
		"command.files ":    func(c *api.Command) { c.Files = []api.File64{{Name: "a/b"}} },
		"command.files  ":   func(c *api.Command) { c.Files = []api.File64{{Name: "a"}, {Name: "a"}} },
		"command.files   ":  func(c *api.Command) { c.Files = []api.File64{{Name: ".bashrc"}} },
		"command.files    ": func(c *api.Command) { c.Files = []api.File64{{Name: "a", Content: make([]byte, 1_000_001)}} },
	} {
		d := doc()
		change(&d.Command)
		if _, err := r.Submit(t.Context(), ann, d, now); fieldsOf(err) != strings.TrimSpace(want) {
			t.Errorf("want %q: %v", want, err)
		}
	}
}
