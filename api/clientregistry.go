package api

import (
	"context"
	"net/http"
	"net/url"
)

// Registries returns the registries that a user has a login for.
func (c *Client) Registries(ctx context.Context, user string) ([]Registry, error) {
	var rs []Registry
	err := c.call(ctx, http.MethodGet, registryPath(user), nil, &rs)
	return rs, err
}

// SaveRegistry keeps a login for a registry in place of an earlier one.
func (c *Client) SaveRegistry(ctx context.Context, user, registry string, l RegistryLogin) error {
	return c.call(ctx, http.MethodPut, registryPath(user)+"/"+url.PathEscape(registry), l, &Registry{})
}

// DeleteRegistry forgets a login for a registry.
func (c *Client) DeleteRegistry(ctx context.Context, user, registry string) error {
	return c.call(ctx, http.MethodDelete, registryPath(user)+"/"+url.PathEscape(registry), nil, &struct{}{})
}

func registryPath(user string) string { return "/user/" + url.PathEscape(user) + "/registry" }
