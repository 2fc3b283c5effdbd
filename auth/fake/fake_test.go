package fake_test

import (
	"testing"

	"godocker/auth"
	"godocker/auth/authtest"
	"godocker/auth/fake"
	"godocker/plugin"
)

func TestConformance(t *testing.T) {
	authtest.Run(t, authtest.Harness{User: "ann", Password: "ann", New: func(t *testing.T) auth.Authenticator {
		a, err := fake.New(t.Context(), plugin.Env{}, fake.Config{})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}})
}
