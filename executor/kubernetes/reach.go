package kubernetes

import (
	"errors"
	"fmt"
	"os"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

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
		return &rest.Config{Host: cfg.Server, BearerToken: cfg.Token, TLSClientConfig: rest.TLSClientConfig{CAFile: cfg.CACert}}, readable(cfg.CACert)
	case cfg.Token != "":
		return nil, errors.New("token: is there, and server is not")
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

func readable(file string) error {
	if file == "" {
		return nil
	}
	if _, err := os.ReadFile(file); err != nil {
		return fmt.Errorf("ca_cert: %w", err)
	}
	return nil
}
