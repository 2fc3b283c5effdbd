// Package authz holds Docker engines to what this server asked of them. An engine that
// has this server as its authorization plug-in asks it about every request; what is
// allowed carries a token that the server made for it.
package authz

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"godocker"

	"github.com/golang-jwt/jwt/v5"
)

// Header is the header of a request to the engine that has its token.
const Header = "X-Godocker-Token"

// A Request is one request to an engine, as it is on the wire.
type Request struct {
	Method string
	URI    string // path and query
	Body   []byte // as the engine shows it to its plug-in: only if it is JSON
}

// digest is of every byte that the engine obeys. A request line has no line feeds.
func (r Request) digest() string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n", r.Method, r.URI)
	h.Write(r.Body)
	return hex.EncodeToString(h.Sum(nil))
}

// A Key makes tokens and reads them. It may be used concurrently.
type Key struct {
	secret  []byte
	cluster string
}

// NewKey returns the key that follows from a passphrase, for the attempts of a cluster.
func NewKey(passphrase, cluster string) (*Key, error) {
	secret, err := hkdf.Key(sha256.New, []byte(passphrase), nil, "godocker docker requests v1", 32)
	return &Key{secret, cluster}, err
}

// claims is what a token says: of an attempt, whose name is its subject, or of one
// request of the server's own, which has no subject and soon ends.
type claims struct {
	Requests []string `json:"requests"` // their digests
	jwt.RegisteredClaims
}

// ownLife is how long a request of the server's own may take to reach the engine, the
// difference of their clocks included.
const ownLife = 5 * time.Minute

// Sign returns the token of an attempt, by its name. As long as the attempt is not over,
// the engine does exactly these requests for whoever has the token; and what concerns the
// container of that name and cannot change it, at any time. A container is created under
// that name, so that there is one at a time.
func (k *Key) Sign(name string, rs ...Request) (string, error) {
	if _, ok := k.attempt(name); !ok {
		return "", fmt.Errorf("%q is not the name of an attempt of %s", name, k.cluster)
	}
	c := claims{RegisteredClaims: jwt.RegisteredClaims{Subject: name}}
	for _, r := range rs {
		if made, ok := creates(r); ok && made != name {
			return "", fmt.Errorf("the container of %s is to be created as %q", name, made)
		}
		c.Requests = append(c.Requests, r.digest())
	}
	return k.write(c)
}

// Vouch returns the token of a request that the server makes itself: that of the attempt
// whose container it creates, and otherwise one for this request alone and for a few minutes.
func (k *Key) Vouch(r Request, now time.Time) (string, error) {
	if name, ok := creates(r); ok {
		if _, ok := k.attempt(name); ok {
			return k.Sign(name, r)
		}
	}
	return k.write(claims{Requests: []string{r.digest()}, RegisteredClaims: jwt.RegisteredClaims{ExpiresAt: jwt.NewNumericDate(now.Add(ownLife))}})
}

func (k *Key) write(c claims) (string, error) {
	return jwt.NewWithClaims(jwt.SigningMethodHS256, c).SignedString(k.secret)
}

func (k *Key) read(token string, now time.Time) (claims, error) {
	var c claims
	_, err := jwt.ParseWithClaims(token, &c, func(*jwt.Token) (any, error) { return k.secret, nil },
		jwt.WithValidMethods([]string{"HS256"}), jwt.WithTimeFunc(func() time.Time { return now }))
	if err == nil && c.Subject == "" && c.ExpiresAt == nil {
		err = errors.New("it is of nobody")
	}
	return c, err
}

// attempt takes the name of an attempt of the cluster apart.
func (k *Key) attempt(name string) (a Attempt, ok bool) {
	rest, _ := strings.CutPrefix(name, "god-"+k.cluster+"-")
	words := strings.Split(rest, "-")
	if len(words) != 3 || !marks.MatchString(words[2]) {
		return Attempt{}, false
	}
	a.Mark = words[2]
	a.Task, _ = strconv.ParseInt(words[0], 10, 64)
	a.Number, _ = strconv.Atoi(words[1])
	return a, a.Task > 0 && a.Number > 0 && name == godocker.AttemptName(k.cluster, a.Task, a.Number, a.Mark)
}

var marks = regexp.MustCompile(fmt.Sprintf("^[0-9a-f]{%d}$", godocker.MarkLength))

var creating = regexp.MustCompile(`^(?:/v[0-9.]+)?/containers/create$`)

// creates returns the name under which a request creates a container, "" if it leaves
// that to the engine, and whether it does so at all.
func creates(r Request) (name string, ok bool) {
	path, query, _ := strings.Cut(r.URI, "?")
	if r.Method != http.MethodPost || !creating.MatchString(path) {
		return "", false
	}
	values, err := url.ParseQuery(query)
	if err != nil || len(values["name"]) != 1 {
		return "", true
	}
	return values.Get("name"), true
}
