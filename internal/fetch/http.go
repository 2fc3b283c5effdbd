package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"godocker"
)

const maxRedirects = 10

var (
	errRedirects = errors.New("the server redirects more than ten times")
	errDowngrade = errors.New("the server redirects to what is no http or https, or from https to http")
)

func newClient(d dialer) *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			DialContext: d.DialContext, // and no proxy, which would connect in our place
			// What is compressed stays so.
			DisableCompression: true, DisableKeepAlives: true,
			TLSHandshakeTimeout: 30 * time.Second, MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(r *http.Request, before []*http.Request) error {
			r.Header.Del("Referer") // whose query may be a secret
			switch {
			case len(before) > maxRedirects:
				return errRedirects
			case r.URL.Scheme != "https" && (r.URL.Scheme != "http" || before[0].URL.Scheme == "https"):
				return errDowngrade
			}
			return nil
		},
	}
}

// passing are the answers that may be others a little later.
var passing = []int{http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests}

func (f *Fetcher) http(ctx context.Context, u godocker.URI) (body, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return body{}, err
	}
	r.Header.Set("User-Agent", "GO-Docker")
	resp, err := f.client.Do(r) //nolint:bodyclose // by body.close
	if err != nil {
		return body{}, err
	}
	if code := resp.StatusCode; code != http.StatusOK {
		_ = resp.Body.Close()
		return body{}, &Error{Why: fmt.Sprintf("the server answers %d %s", code, http.StatusText(code)),
			Again: code >= 500 || slices.Contains(passing, code)}
	}
	return body{Reader: resp.Body, size: resp.ContentLength, close: resp.Body.Close}, nil
}
