package submit_test

import (
	"testing"
	"time"

	"godocker/api"
	"godocker/internal/submit"
)

func TestLimits(t *testing.T) {
	r, s := room(t, func(r *submit.Rules) { r.MaxLifespan, r.Retries = 7*24*time.Hour, 1 })
	for _, c := range []struct {
		lifespan, warn string
		retry, policy  api.Number
		want           time.Duration
		retries        int
		field          string // that is wrong
	}{
		{lifespan: "", want: 0, retries: 1},
		{lifespan: "12h", want: 12 * time.Hour, retries: 1},
		{lifespan: " 90 ", want: 90 * time.Second, retries: 1},
		{lifespan: "7d", warn: "1h", want: 7 * 24 * time.Hour, retries: 1},
		{retry: api.Num(0)},
		{retry: api.Num(3), policy: api.Num(5), retries: 3},
		{policy: api.Num(5), retries: 5},
		{lifespan: "8d", field: "requirements.maxlifespan"},
		{lifespan: "soon", field: "requirements.maxlifespan"},
		{lifespan: "0", field: "requirements.maxlifespan"},
		{warn: "0", field: "requirements.resources.warn"},
		{warn: "x", field: "requirements.resources.warn"},
		{lifespan: "1h", warn: "1h", field: "requirements.resources.warn"},
		{warn: "7d", field: "requirements.resources.warn"},
		{retry: api.Num(21), field: "requirements.retry"},
		{retry: api.Num(0.5), field: "requirements.retry"},
		{policy: api.Num(-1), field: "requirements.failure_policy"},
	} {
		d := doc()
		d.Requirements.MaxLifespan, d.Requirements.Retry, d.Requirements.FailurePolicy = api.Text(c.lifespan), c.retry, c.policy
		if c.warn != "" {
			d.Requirements.Resources = map[string]api.Text{"warn": api.Text(c.warn)}
		}
		if _, err := r.Submit(t.Context(), ann, d, now); fieldsOf(err) != c.field {
			t.Errorf("%+v: %v", c, err)
		} else if c.field != "" {
			continue
		}
		got := submitted(t, r, s, ann, d)
		if got.Requirements.MaxLifespan != c.want || got.Requirements.Retry != c.retries || got.Requirements.Resources["warn"] != c.warn {
			t.Errorf("%+v: %+v", c, got.Requirements)
		}
		again, err := r.Again(t.Context(), ann, &got, now)
		if err != nil {
			t.Fatal(err)
		}
		if fresh, err := s.Task(t.Context(), again); err != nil || fresh.Requirements.MaxLifespan != c.want || fresh.Requirements.Resources["warn"] != c.warn {
			t.Errorf("submitted again: %+v, %v", fresh.Requirements, err)
		}
	}
	d := doc()
	d.Requirements.Resources = map[string]api.Text{"licence": "1"}
	if _, err := r.Submit(t.Context(), ann, d, now); fieldsOf(err) != "requirements.resources.licence" {
		t.Errorf("an unknown resource: %v", err)
	}
}
