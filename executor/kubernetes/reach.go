package kubernetes

import (
	"errors"
	"fmt"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// settle fills in what is not set, and finds all that is wrong and how the API server is
// reached.
func settle(cfg *Config) (*rest.Config, error) {
	wrong := check(cfg)
	if cfg.Server == "" && cfg.Token != "" { // which is wrong
		return nil, wrong
	}
	reached, err := reach(*cfg)
	return reached, errors.Join(wrong, err)
}

// reach says how the API server is reached: by what the section says itself, by the
// service account of the pod that this runs in, or by a kubeconfig.
func reach(cfg Config) (*rest.Config, error) {
	c, err := way(cfg)
	if err != nil {
		return nil, err
	}
	c.QPS = -1 // the server has its own priorities
	c.UserAgent = "godocker"
	return c, nil
}

func way(cfg Config) (*rest.Config, error) {
	switch {
	case cfg.Server != "":
		return &rest.Config{Host: cfg.Server, BearerToken: cfg.Token, TLSClientConfig: rest.TLSClientConfig{CAFile: cfg.CACert}}, nil
	case cfg.Kubeconfig == "":
		c, err := rest.InClusterConfig()
		if !errors.Is(err, rest.ErrNotInCluster) {
			return c, err
		}
	}
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = cfg.Kubeconfig
	c, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, &clientcmd.ConfigOverrides{CurrentContext: cfg.Context}).ClientConfig()
	if err != nil {
		return nil, fmt.Errorf("server, kubeconfig: %w", err)
	}
	return c, nil
}
