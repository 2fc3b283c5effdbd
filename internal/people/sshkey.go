package people

import (
	"crypto/rsa"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/ssh"
)

// Limits of the ssh keys of one person.
const (
	maxKeys     = 50
	maxKeysText = 64 << 10
	leastRSA    = 2048 // bits
)

// publicKeys checks keys as authorized_keys has them, a line each, and returns them
// without comments of their own and empty lines. Options are refused, as nothing would
// follow them.
func publicKeys(text string) (string, error) {
	if len(text) > maxKeysText {
		return "", fmt.Errorf("want at most %d bytes, got %d", maxKeysText, len(text))
	}
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if err := publicKey(line); err != nil {
			return "", fmt.Errorf("line %d: %w", len(lines)+1, err)
		}
		lines = append(lines, line)
	}
	if len(lines) > maxKeys {
		return "", fmt.Errorf("want at most %d keys, got %d", maxKeys, len(lines))
	}
	return strings.Join(lines, "\n"), nil
}

func publicKey(line string) error {
	if strings.Contains(line, "PRIVATE KEY") {
		return errors.New("this is a private key, which nobody but you should have: give the file that ends in .pub")
	}
	key, _, options, rest, err := ssh.ParseAuthorizedKey([]byte(line))
	if err != nil || len(rest) > 0 {
		return errors.New("want an ssh public key, such as ssh-ed25519 AAAA... ann@host")
	}
	if len(options) > 0 {
		return fmt.Errorf("want a key without options, got %q", strings.Join(options, ","))
	}
	switch key.Type() {
	case ssh.KeyAlgoED25519, ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521, ssh.KeyAlgoSKED25519, ssh.KeyAlgoSKECDSA256:
		return nil
	case ssh.KeyAlgoRSA:
		if c, ok := key.(ssh.CryptoPublicKey); ok {
			if k, ok := c.CryptoPublicKey().(*rsa.PublicKey); ok && k.N.BitLen() >= leastRSA {
				return nil
			}
		}
		return fmt.Errorf("want an RSA key of at least %d bits", leastRSA)
	default:
		return fmt.Errorf("want a key of type ssh-ed25519, ecdsa or ssh-rsa, got %s", key.Type())
	}
}
