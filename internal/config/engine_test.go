package config

import (
	"slices"
	"strings"
	"testing"
)

// An executor of a kind that there is not is told by the place and the field that say so,
// and with what they may say.
func TestWrongEngine(t *testing.T) {
	kinds := []string{"docker", "swarm"}
	for text, want := range map[string]string{
		"listen: ':1'\nexecutors: [docker, farm]\n":  `go-d.ini line 2: executors: want docker, swarm, or a name with a section of its own and a type in it, got "farm"`,
		"executor: farm\n":                           `go-d.ini line 1: executor: want docker, swarm, or a name with a section of its own and a type in it, got "farm"`,
		"executors: [farm]\nfarm: {type: swarmm}\n":  `go-d.ini line 2: farm.type: want one of docker, swarm, got "swarmm"`,
		"executors: [farm]\n\nfarm:\n  url: tcp://a": `go-d.ini line 3: farm.type: is missing: want one of docker, swarm`,
		"executors: [farm]\nfarm:\n":                 `go-d.ini line 2: farm.type: is missing: want one of docker, swarm`,
	} {
		c, err := Parse("go-d.ini", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.WrongEngine("farm", kinds); err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// A section that may be an executor's says what is missing to make it one.
func TestSectionOfNoExecutor(t *testing.T) {
	for text, want := range map[string]string{
		"farm: {type: docker}\n":        `go-d.ini line 1: unknown key "farm"; if it is an executor, list it under executors`,
		"kubernets: {server: 'https:'}": `go-d.ini line 1: unknown key "kubernets"; did you mean "kubernetes"? If it is an executor, list it under executors`,
		"farm: 3\n":                     `go-d.ini line 1: unknown key "farm"; did you mean "fake"?`,
	} {
		if _, err := Parse("go-d.ini", []byte(text)); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// The sections of executors with names of their own are shown and compared like others.
func TestSectionsOfOwnNames(t *testing.T) {
	parse := func(host string) *Config {
		c, err := Parse("go-d.ini", []byte("executors: [farm, cloud]\nfarm: {type: docker, url: 'tcp://u:sesame@"+host+":2376'}\ncloud: {type: kubernetes, server: 'https://b', token: sesame}\n"))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := parse("a")
	shown := map[string]string{}
	for _, s := range c.Settings() {
		shown[s.Key] = s.Value + " of " + s.Place
	}
	for key, want := range map[string][]string{"farm": {"type: docker", "tcp://u:(hidden)@a:2376", "of go-d.ini line 2"}, "cloud": {"server: https://b", "token: (hidden)", "of go-d.ini line 3"}} {
		for _, words := range want {
			if got := shown[key]; !strings.Contains(got, words) || strings.Contains(got, "sesame") {
				t.Errorf("%s: %q, want %q", key, got, words)
			}
		}
	}
	if got := c.Diff(parse("b")); !slices.Equal(got, []string{"farm"}) {
		t.Errorf("they differ in %v", got)
	}
}
