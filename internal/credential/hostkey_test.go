package credential_test

import (
	"bytes"
	"strings"
	"testing"

	"godocker/internal/credential"
)

// A task has the same key in every process, and no other task has it.
func TestHostKeys(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range []struct {
		passphrase, cluster, mark string
		task                      int64
	}{{"p", "c", "m", 1}, {"p", "c", "m", 2}, {"p", "c", "n", 1}, {"p", "d", "m", 1}, {"q", "c", "m", 1}} {
		var seeds [2][]byte
		var public string
		for i := range seeds {
			keys, err := credential.NewHostKeys(k.passphrase, k.cluster)
			if err != nil {
				t.Fatal(err)
			}
			if seeds[i], public, err = keys.Of(k.task, k.mark); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(seeds[0], seeds[1]) || !strings.HasPrefix(public, "ssh-ed25519 AAAA") || seen[public] {
			t.Errorf("%+v: %x, %x, %s", k, seeds[0], seeds[1], public)
		}
		seen[public] = true
	}
}

// Neither a task nor anybody who has its keys has those of the gateway.
func TestGatewayKeys(t *testing.T) {
	keys, err := credential.NewHostKeys("p", "c")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for what, of := range map[string]func() ([]byte, string, error){
		"the gateway":        keys.Gateway,
		"task 1":             func() ([]byte, string, error) { return keys.Of(1, "m") },
		"the way to task 1":  func() ([]byte, string, error) { return keys.Entrance(1, "m") },
		"the way to task 2":  func() ([]byte, string, error) { return keys.Entrance(2, "m") },
		"the way to another": func() ([]byte, string, error) { return keys.Entrance(1, "n") },
	} {
		seed, public, err := of()
		again, _, _ := of()
		if err != nil || !bytes.Equal(seed, again) || seen[public] != "" {
			t.Errorf("%s: %s, as %q; %v", what, public, seen[public], err)
		}
		seen[public] = what
	}
}
