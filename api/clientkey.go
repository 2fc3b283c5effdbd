package api

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
)

func keyPath(user string) string { return "/user/" + url.PathEscape(user) + "/key" }

// Keys returns the API keys of a user, oldest first.
func (c *Client) Keys(ctx context.Context, user string) ([]Key, error) {
	var ks []Key
	err := c.call(ctx, http.MethodGet, keyPath(user), nil, &ks)
	return ks, err
}

// AddKey makes an API key. The answer is the only one that has the key itself.
func (c *Client) AddKey(ctx context.Context, user string, n NewKey) (Key, error) {
	var k Key
	err := c.call(ctx, http.MethodPost, keyPath(user), n, &k)
	return k, err
}

// RemoveKey ends an API key, with its tokens and sessions.
func (c *Client) RemoveKey(ctx context.Context, user string, id int64) error {
	var done map[string]string
	return c.call(ctx, http.MethodDelete, keyPath(user)+"/"+strconv.FormatInt(id, 10), nil, &done)
}
