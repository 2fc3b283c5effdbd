package dockerapi

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"

	"github.com/moby/moby/client/pkg/versions"
)

const (
	// oldest is the first version of the API that engines are spoken to in.
	oldest  = "1.40"
	wantURL = "want unix:///path of a socket, or tcp://host:port"
)

var version = regexp.MustCompile(`^\d+\.\d+$`)

// check finds all that is wrong with what the configuration says of the way. What it says
// has no secrets in it.
func (at Endpoint) check() error {
	var errs []error
	if at.URL != "" {
		for one := range strings.SplitSeq(at.URL, ",") {
			if err := checkURL(strings.TrimSpace(one)); err != nil {
				errs = append(errs, fmt.Errorf("url: %w", err))
			}
		}
	}
	if v, least := at.APIVersion, max(at.LeastAPI, oldest); v != "" && v != "auto" && (!version.MatchString(v) || versions.LessThan(v, least)) {
		errs = append(errs, fmt.Errorf("api_version: want %s or later, or auto, got %q", least, v))
	}
	if at.TLS {
		errs = append(errs, at.checkPair())
	}
	return errors.Join(errs...)
}

// checkURL does not say what it read before it knows that there is no password in it.
func checkURL(text string) error {
	if text == "" {
		return fmt.Errorf("%s; one is empty", wantURL)
	}
	if path, ok := strings.CutPrefix(text, "unix://"); ok {
		if path == "" {
			return fmt.Errorf("%s, got %q", wantURL, text)
		}
		return nil
	}
	if strings.Contains(text, "@") {
		return errors.New("want no user and no password in it; an engine knows this server by client_cert")
	}
	u, err := url.Parse(address(text))
	if err != nil || u.Scheme != "tcp" || u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("%s, got %q", wantURL, text)
	}
	if n, err := strconv.Atoi(u.Port()); err != nil || n < 1 || n > 65535 {
		return fmt.Errorf("%s from 1 to 65535, got %q", wantURL, text)
	}
	return nil
}

// checkPair looks at the certificate of this server and its key.
func (at Endpoint) checkPair() error {
	switch {
	case at.ClientCert == "" && at.ClientKey == "":
		return nil
	case at.ClientKey == "":
		return errors.New("client_key: is missing: want the file with the private key of client_cert")
	case at.ClientCert == "":
		return errors.New("client_cert: is missing: want the file with the certificate of client_key")
	}
	cert, err := os.ReadFile(at.ClientCert)
	if err != nil {
		return fmt.Errorf("client_cert: %w", err)
	}
	key, err := os.ReadFile(at.ClientKey)
	if err != nil {
		return fmt.Errorf("client_key: %w", err)
	}
	if _, err := tls.X509KeyPair(cert, key); err != nil {
		return fmt.Errorf("client_cert, client_key: want a certificate and its private key in PEM, without a passphrase: %w", err)
	}
	return nil
}

// Positive refuses a number of the configuration that is below 0, which is the default.
func Positive(key string, n int64) error {
	if n < 0 {
		return fmt.Errorf("%s: want a whole number from 1 on, got %d", key, n)
	}
	return nil
}
