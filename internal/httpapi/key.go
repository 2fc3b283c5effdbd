package httpapi

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"godocker"
	"godocker/api"
	"godocker/internal/account"
)

// mostKeys is how many API keys a user may have.
const mostKeys = 100

func (s *Server) listKeys(ctx context.Context, in *byUser) (*body[[]api.Key], error) {
	u, err := s.person(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	ks, err := s.Store.ListKeys(ctx, u.ID)
	docs := []api.Key{}
	for _, k := range ks {
		docs = append(docs, api.FromKey(&k))
	}
	return answer(docs), err
}

// addKey makes an API key, which nobody is shown again.
func (s *Server) addKey(ctx context.Context, in *struct {
	ID   string `path:"id"`
	Body api.NewKey
}) (*body[api.Key], error) {
	u, err := s.person(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	k, err := newKey(in.Body, now)
	if err != nil {
		return nil, err
	}
	have, err := s.Store.ListKeys(ctx, u.ID)
	if err != nil {
		return nil, err
	}
	if len(have) >= mostKeys {
		return nil, godocker.Errorf(godocker.Conflict, "%s has %d API keys, and may have no more: remove one first", u.ID, len(have))
	}
	k.User = u.ID
	key, id, err := account.NewKey(ctx, s.Store, k, now)
	if err != nil {
		return nil, err
	}
	k.ID, k.Prefix, k.Created = id, key[:8], now
	note(ctx, "", fmt.Sprintf("key %d, %s", k.ID, k.Name))
	doc := api.FromKey(&k)
	doc.Key = key
	return answer(doc), nil
}

func newKey(n api.NewKey, now time.Time) (godocker.Key, error) {
	var wrong []godocker.FieldError
	k := godocker.Key{Name: strings.TrimSpace(n.Name), Expires: n.Expires.Time}
	if l := utf8.RuneCountInString(k.Name); l < 1 || l > 64 || strings.ContainsFunc(k.Name, func(c rune) bool { return !unicode.IsPrint(c) }) {
		wrong = append(wrong, godocker.FieldError{Field: "name", Message: "want 1 to 64 printable characters"})
	}
	scopes, err := godocker.ParseScopes(n.Scopes)
	if k.Scopes = scopes; err != nil {
		wrong = append(wrong, godocker.FieldError{Field: "scopes", Message: fmt.Sprintf("want some of full, read, submit, admin, got %.100q", n.Scopes)})
	}
	if !k.Expires.IsZero() && !k.Expires.After(now) {
		wrong = append(wrong, godocker.FieldError{Field: "expires", Message: "want a time to come, in seconds since 1970, or null for never"})
	}
	return k, godocker.FieldErrors(wrong)
}

func (s *Server) removeKey(ctx context.Context, in *struct {
	ID  string `path:"id"`
	Key string `path:"key"`
}) (*body[map[string]string], error) {
	u, err := s.person(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	n, err := strconv.ParseInt(in.Key, 10, 64)
	if err != nil {
		return nil, godocker.Errorf(godocker.NotFound, "there is no such key")
	}
	return answer(map[string]string{"msg": "the key is removed"}), s.Store.DeleteKey(ctx, u.ID, n)
}
