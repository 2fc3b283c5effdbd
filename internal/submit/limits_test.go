package submit_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"godocker"
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

func TestNice(t *testing.T) {
	r, s := room(t, nil)
	for _, c := range []struct {
		nice api.Number
		want int
		bad  bool
	}{{want: 0}, {nice: api.Num(0)}, {nice: api.Num(100), want: 100}, {nice: api.Num(101), bad: true}, {nice: api.Num(-1), bad: true}, {nice: api.Num(1.5), bad: true}} {
		d := doc()
		d.Requirements.Nice = c.nice
		if c.bad {
			if _, err := r.Submit(t.Context(), ann, d, now); fieldsOf(err) != "requirements.nice" || !strings.Contains(err.Error(), "from 0 to 100") {
				t.Errorf("%+v: %v", c.nice, err)
			}
			continue
		}
		got := submitted(t, r, s, ann, d)
		if got.Requirements.Nice != c.want {
			t.Errorf("%+v: %d", c.nice, got.Requirements.Nice)
		}
		again, err := r.Again(t.Context(), ann, &got, now)
		if err != nil {
			t.Fatal(err)
		}
		if fresh, err := s.Task(t.Context(), again); err != nil || fresh.Requirements.Nice != c.want {
			t.Errorf("submitted again: %+v, %v", fresh.Requirements, err)
		}
	}
}

func TestNiceCanBeChanged(t *testing.T) {
	r, s := room(t, nil)
	alter := func(k *godocker.Task, value string) error {
		_, err := r.Alter(t.Context(), ann, k, "nice", json.RawMessage(value), now)
		return err
	}
	one := submitted(t, r, s, ann, doc())
	many := doc()
	values := api.Text("1:3")
	many.Requirements.Array.Values = &values
	array := submitted(t, r, s, ann, many)
	for _, k := range []*godocker.Task{&one, &array} {
		if err := alter(k, `"30"`); err != nil {
			t.Error(err)
		}
		if got, err := s.Task(t.Context(), k.ID); err != nil || got.Requirements.Nice != 30 || got.Requirements.CPU != k.Requirements.CPU {
			t.Errorf("task %d: %+v, %v", k.ID, got.Requirements, err)
		}
	}
	if got, err := s.Task(t.Context(), array.ID+1); err != nil || got.Requirements.Nice != 30 {
		t.Errorf("an element: %+v, %v", got.Requirements, err)
	}
	if err := alter(&one, "101"); fieldsOf(err) != "requirements.nice" {
		t.Errorf("out of range: %v", err)
	}
}

func TestNiceMayBeForAdministrators(t *testing.T) {
	r, s := room(t, func(r *submit.Rules) { r.Dynamic = map[string]bool{"nice": true} })
	k := submitted(t, r, s, ann, doc())
	_, err := r.Alter(t.Context(), ann, &k, "nice", json.RawMessage("1"), now)
	if !errors.Is(err, godocker.Denied) {
		t.Errorf("by the owner: %v", err)
	}
	root := ann
	root.Admin = true
	if _, err := r.Alter(t.Context(), root, &k, "nice", json.RawMessage("1"), now); err != nil {
		t.Errorf("by an administrator: %v", err)
	}
}
