package credential

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
	"strings"

	"golang.org/x/crypto/ssh"
)

// HostKeys are those of interactive tasks, and of the gateway to them. They follow from a passphrase and the task, so
// that they are kept nowhere, and are the same in whatever process a task is started.
type HostKeys struct {
	secret  []byte
	gateway []byte // of the gateway's own
	cluster string
}

// NewHostKeys returns the keys that follow from a passphrase, for the tasks of a cluster.
func NewHostKeys(passphrase, cluster string) (*HostKeys, error) {
	secret, err := hkdf.Extract(sha256.New, []byte(passphrase), []byte("godocker host keys "+version))
	if err != nil {
		return nil, err
	}
	gateway, err := hkdf.Extract(sha256.New, []byte(passphrase), []byte("godocker gateway keys "+version))
	return &HostKeys{secret, gateway, cluster}, err
}

// Of returns the seed of a task's key, and the public key as authorized_keys has it. The
// mark tells tasks of one number apart; see godocker.Task.
func (k *HostKeys) Of(task int64, mark string) (seed []byte, public string, err error) {
	return pair(k.secret, fmt.Sprintf("%s\x00%d\x00%s", k.cluster, task, mark))
}

// Gateway is the host key of the gateway itself.
func (k *HostKeys) Gateway() (seed []byte, public string, err error) {
	return pair(k.gateway, k.cluster)
}

// Entrance is the key with which the gateway, and nobody else, logs in to a task on behalf
// of those whom it let in.
func (k *HostKeys) Entrance(task int64, mark string) (seed []byte, public string, err error) {
	return pair(k.gateway, fmt.Sprintf("%s\x00%d\x00%s", k.cluster, task, mark))
}

func pair(secret []byte, of string) (seed []byte, public string, err error) {
	seed, err = hkdf.Expand(sha256.New, secret, of, ed25519.SeedSize)
	if err != nil {
		return nil, "", err
	}
	key, err := ssh.NewPublicKey(ed25519.NewKeyFromSeed(seed).Public())
	if err != nil {
		return nil, "", err
	}
	return seed, strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key))), nil
}
