package kubernetes

import (
	"cmp"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path"
	"strings"
)

// check fills in what is not set and finds all that is wrong. What it says has no secrets
// in it.
func check(cfg *Config) error {
	cfg.Namespace = cmp.Or(cfg.Namespace, "default")
	cfg.GPUResource = cmp.Or(cfg.GPUResource, "nvidia.com/gpu")
	cfg.Placement = cmp.Or(cfg.Placement, "godocker")
	cfg.Ports = cmp.Or(cfg.Ports, atPod)
	cfg.StartTimeout = cmp.Or(cfg.StartTimeout, 600)
	cfg.NodeLostAfter = cmp.Or(cfg.NodeLostAfter, 60)
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	checkServer(cfg, bad)
	if cfg.Placement != "godocker" && cfg.Placement != byKubernetes {
		bad("placement: want godocker or kubernetes, got %q", cfg.Placement)
	}
	if cfg.Ports != atPod && cfg.Ports != atNode {
		bad("ports: want pod or node, got %q", cfg.Ports)
	}
	if cfg.StartTimeout < 0 {
		bad("start_timeout: want seconds from 1 on, got %d", cfg.StartTimeout)
	}
	if cfg.NodeLostAfter < 0 {
		bad("node_lost_after: want seconds from 1 on, got %d", cfg.NodeLostAfter)
	}
	for i, c := range cfg.Claims {
		if !path.IsAbs(c.Path) || path.Clean(c.Path) != c.Path || c.Path == "/" {
			bad("claims[%d].path: want the absolute path of a folder, got %q", i, c.Path)
		}
		if c.Claim == "" {
			bad("claims[%d].claim: want the name of a PersistentVolumeClaim", i)
		}
		if path.IsAbs(c.SubPath) || strings.HasPrefix(path.Clean(c.SubPath), "..") {
			bad("claims[%d].sub_path: want a path inside of the claim, got %q", i, c.SubPath)
		}
	}
	for i, t := range cfg.Tolerations {
		switch t.Effect {
		case "", "NoSchedule", "PreferNoSchedule", "NoExecute":
		default:
			bad("tolerations[%d].effect: want NoSchedule, PreferNoSchedule, NoExecute or nothing, got %q", i, t.Effect)
		}
		if t.Key == "" {
			bad("tolerations[%d].key: want the key of a taint", i)
		}
	}
	return errors.Join(errs...)
}

// checkServer looks at how the section itself says to reach the API server. A token goes
// to nobody in the clear; without one, http is for what stands before the server.
func checkServer(cfg *Config, bad func(format string, args ...any)) {
	if cfg.Server == "" {
		if cfg.Token != "" {
			bad("server: is missing: token is there, and says nothing without it")
		}
		return
	}
	u, err := url.Parse(cfg.Server)
	switch {
	case strings.Contains(cfg.Server, "@"):
		bad("server: want no user and no password in it; this server is known by token")
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "":
		bad("server: want https://host:port, got %q", cfg.Server)
	case u.Scheme == "http" && cfg.Token != "":
		bad("server: want https://host:port, got %q: whoever listens on the way could take the token", cfg.Server)
	case u.Scheme == "https" && cfg.Token == "":
		bad("token: is missing: want that of a service account, also by kube_token or GODOCKER_KUBE_TOKEN; or kubeconfig in place of server")
	}
	if cfg.CACert == "" {
		return
	}
	if text, err := os.ReadFile(cfg.CACert); err != nil {
		bad("ca_cert: %w", err)
	} else if !x509.NewCertPool().AppendCertsFromPEM(text) {
		bad("ca_cert: want certificates in PEM, got none in %s", cfg.CACert)
	}
}
