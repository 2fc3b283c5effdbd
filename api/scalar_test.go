package api_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"godocker/api"
)

func TestScalars(t *testing.T) {
	var d struct {
		Number api.Number
		Text   api.Text
		Epoch  api.Epoch
	}
	for _, c := range []struct{ in, out string }{
		{`{"Number":2,"Text":"x","Epoch":1465933782}`, `{"Number":2,"Text":"x","Epoch":1465933782.0}`},
		{`{"Number":"0.5","Text":12,"Epoch":"1465933782.25"}`, `{"Number":0.5,"Text":"12","Epoch":1465933782.25}`},
		{`{"Number":null,"Text":null,"Epoch":null}`, `{"Number":0,"Text":"","Epoch":null}`},
		{`{"Number":"","Text":"","Epoch":0}`, `{"Number":0,"Text":"","Epoch":null}`},
		{`{"Number":-1e-2,"Text":1.5,"Epoch":1772884800.5}`, `{"Number":-0.01,"Text":"1.5","Epoch":1772884800.5}`},
	} {
		d.Number, d.Text, d.Epoch = api.Number{}, "", api.Epoch{}
		if err := json.Unmarshal([]byte(c.in), &d); err != nil {
			t.Errorf("%s: %v", c.in, err)
			continue
		}
		if out, err := json.Marshal(d); string(out) != c.out || err != nil {
			t.Errorf("%s becomes %s, %v; want %s", c.in, out, err, c.out)
		}
	}
	if d.Number.Or(7) != -0.01 || (api.Number{}).Or(7) != 7 || !d.Epoch.Equal(time.Date(2026, 3, 7, 12, 0, 0, 5e8, time.UTC)) {
		t.Errorf("the values are %+v", d)
	}
}

// Each complaint carries the name of the field and what was there.
func TestWrongScalars(t *testing.T) {
	for _, in := range []string{
		`{"requirements":{"cpu":"abc"}}`, `{"requirements":{"cpu":true}}`, `{"requirements":{"cpu":"NaN"}}`, `{"requirements":{"cpu":"Inf"}}`,
		`{"requirements":{"cpu":[1]}}`, `{"requirements":{"cpu":"` + strings.Repeat("x", 1000) + `"}}`,
	} {
		var d api.Task
		var kind *json.UnmarshalTypeError
		if err := json.Unmarshal([]byte(in), &d); !errors.As(err, &kind) || kind.Field != "requirements.cpu" || len(kind.Value) > 50 {
			t.Errorf("%.60s: %v", in, err)
		}
	}
	for _, in := range []string{`{"date":"x"}`, `{"date":1e300}`, `{"date":-1e300}`, `{"date":{}}`, `{"requirements":{"tasks":[{}]}}`, `{"requirements":{"ports":[false]}}`} {
		var kind *json.UnmarshalTypeError
		if err := json.Unmarshal([]byte(in), &api.Task{}); !errors.As(err, &kind) || kind.Field == "" {
			t.Errorf("%s: %v", in, err)
		}
	}
}
