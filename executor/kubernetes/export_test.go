package kubernetes

import (
	"context"
	"net/http"

	"godocker/executor"
	"godocker/plugin"
)

// Through is New with a look at every request.
func Through(ctx context.Context, cfg Config, look func(http.RoundTripper) http.RoundTripper) (executor.Executor, error) {
	reached, err := settle(&cfg)
	if err != nil {
		return nil, err
	}
	reached.Wrap(look)
	return open(ctx, plugin.Env{}, cfg, reached)
}
