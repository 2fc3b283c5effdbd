package kubernetes_test

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"k8s.io/apimachinery/pkg/util/yaml"
)

// used are the rights that the executors of these tests made use of.
var used uses

type uses struct {
	mu    sync.Mutex
	rules map[string]bool // "VERB RESOURCE"
}

func (u *uses) all() []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.Sorted(maps.Keys(u.rules))
}

type looked struct {
	http.RoundTripper
	by *uses
}

func (u *uses) look(next http.RoundTripper) http.RoundTripper { return looked{next, u} }

func (l looked) RoundTrip(r *http.Request) (*http.Response, error) {
	if rule := ruleOf(r); rule != "" {
		l.by.mu.Lock()
		if l.by.rules == nil {
			l.by.rules = map[string]bool{}
		}
		l.by.rules[rule] = true
		l.by.mu.Unlock()
	}
	return l.RoundTripper.RoundTrip(r)
}

// ruleOf is the right that a request takes, or "" if everybody has it.
func ruleOf(r *http.Request) string {
	words := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch words[0] {
	case "api":
		words = words[2:]
	case "apis":
		words = words[3:]
	default:
		return ""
	}
	if words[0] == "namespaces" {
		words = words[2:]
	}
	resource, named := words[0], len(words) > 1
	if len(words) > 2 {
		resource += "/" + words[2]
	}
	verb := map[string]string{"POST": "create", "PATCH": "patch", "DELETE": "delete", "PUT": "update"}[r.Method]
	switch {
	case verb != "":
	case r.URL.Query().Get("watch") != "":
		verb = "watch"
	case named:
		verb = "get"
	default:
		verb = "list"
	}
	return verb + " " + resource
}

// A rule of a role.
type rule struct {
	Resources []string `json:"resources"`
	Verbs     []string `json:"verbs"`
}

func flat(rules []rule) []string {
	all := map[string]bool{}
	for _, r := range rules {
		for _, resource := range r.Resources {
			for _, verb := range r.Verbs {
				all[verb+" "+resource] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// rights are those that deploy/kubernetes gives.
func rights(t *testing.T) []string {
	text, err := os.ReadFile("../../deploy/kubernetes/godocker.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var all []rule
	for r := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096); ; {
		var object struct{ Rules []rule }
		if err := r.Decode(&object); errors.Is(err, io.EOF) {
			return flat(all)
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, object.Rules...)
	}
}

// The account may do what its manifest says and what everybody may, and in other namespaces
// nothing but look at nodes. That nothing of it is too much, TestConformance holds.
func TestRights(t *testing.T) {
	review := func(ns string) []string {
		var got struct {
			Status struct{ ResourceRules []rule }
		}
		body := map[string]any{"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview", "spec": map[string]any{"namespace": ns}}
		must(t, callAs(account.Token, "POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", body, &got))
		return slices.DeleteFunc(flat(got.Status.ResourceRules), func(rule string) bool {
			return strings.HasPrefix(rule, "create selfsubject")
		})
	}
	if got, want := review(namespace), rights(t); !slices.Equal(got, want) {
		t.Errorf("it may\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if got := review("default"); !slices.Equal(got, []string{"list nodes", "watch nodes"}) {
		t.Errorf("elsewhere it may %q", got)
	}
}
