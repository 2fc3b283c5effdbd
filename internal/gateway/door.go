package gateway

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"godocker"
	"godocker/internal/account"
	"godocker/store"
)

// A door tells who is at one connection. Any name is let in with the key of somebody: what
// it leads to is decided afterwards, so that a task of another and one that does not exist
// are alike.
type door struct {
	gateway *Gateway
	ctx     context.Context
	end     func() // of the connection
	from    netip.Addr
	wrong   bool   // a password was
	name    string // that they gave, last
}

var errStranger = errors.New("not known here")

type proofKey struct{}

func (d *door) key(_ ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
	return d.let(account.Proof{PublicKey: string(key.Marshal())})
}

func (d *door) password(c ssh.ConnMetadata, given []byte) (*ssh.Permissions, error) {
	d.name = c.User()
	now := time.Now()
	p, err := d.gateway.Desk.ByAPIKey(d.ctx, string(given), now)
	if err == nil {
		return d.let(p)
	}
	d.wrong = true
	if !errors.Is(err, godocker.Unauthorized) {
		d.gateway.Log.Error("a password at the ssh gateway could not be checked", "error", err)
		return nil, errStranger
	}
	_, slow := d.gateway.gate.Enter("ssh", "", d.from, now)
	select {
	case <-d.ctx.Done():
	case <-time.After(guessTime):
	}
	if slow != nil {
		d.end()
	}
	return nil, errStranger
}

// guessTime is what a wrong password costs; after too many from an address, it costs the
// connection, too.
const guessTime = time.Second

// let lets somebody in who has a proof, if it is one that may act on tasks. A public key
// counts only after its owner has signed with it.
func (d *door) let(p account.Proof) (*ssh.Permissions, error) {
	if _, err := d.gateway.guard.Behind(d.ctx, p); err != nil {
		return nil, errStranger
	}
	return &ssh.Permissions{ExtraData: map[any]any{proofKey{}: p}}, nil
}

func proofOf(p *ssh.Permissions) account.Proof {
	if p == nil {
		return account.Proof{}
	}
	proof, _ := p.ExtraData[proofKey{}].(account.Proof)
	return proof
}

// clipped is a name of somebody unknown for the log.
func clipped(name string) string {
	const most = 64
	if len(name) > most {
		return strings.ToValidUTF8(name[:most], "") + "…"
	}
	return name
}

func (d *door) failed() {
	if d.wrong {
		d.gateway.Ledger.Write(d.ctx, store.Act{At: time.Now(), Door: "ssh", Address: d.from.String(), Action: "login", Object: "ssh gateway", Refused: "the password is no API key"})
		d.gateway.Log.Warn("a login failed", "with", "ssh", "from", d.from, "as", clipped(d.name))
	}
}
