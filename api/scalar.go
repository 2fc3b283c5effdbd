package api

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Text is a string that older clients also send as a number, such as a task id in
// requirements.tasks or a port.
type Text string

// UnmarshalJSON accepts a string, a number or null.
func (t *Text) UnmarshalJSON(b []byte) error {
	b = bytes.TrimSpace(b)
	switch {
	case bytes.Equal(b, []byte("null")):
		*t = ""
	case len(b) > 0 && b[0] == '"':
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		*t = Text(s)
	default:
		var n json.Number
		if err := json.Unmarshal(b, &n); err != nil {
			return wrong[string](b)
		}
		*t = Text(n)
	}
	return nil
}

// Number is a number that older clients also send as a string, or as null for
// "the default". Set tells whether a value was sent.
type Number struct {
	Value float64
	Set   bool
}

// Num returns a Number that is set.
func Num(v float64) Number { return Number{Value: v, Set: true} }

// MarshalJSON writes whole numbers without a fraction.
func (n Number) MarshalJSON() ([]byte, error) {
	if !n.Set {
		return []byte("0"), nil
	}
	return json.Marshal(n.Value)
}

// UnmarshalJSON accepts a number, a string that holds one, an empty string, or
// null.
func (n *Number) UnmarshalJSON(b []byte) error {
	s := strings.TrimSpace(strings.Trim(string(bytes.TrimSpace(b)), `"`))
	if s == "" || s == "null" {
		*n = Number{}
		return nil
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return wrong[float64](b)
	}
	*n = Num(v)
	return nil
}

// Or returns the value, or the given one where none was sent.
func (n Number) Or(v float64) float64 {
	if n.Set {
		return n.Value
	}
	return v
}

// wrong says that a value is not what a T is written as. It is the one kind of error
// to which encoding/json adds the name of the field.
func wrong[T any](value []byte) error {
	text := string(value)
	if len(text) > 40 {
		text = text[:40] + "…"
	}
	return &json.UnmarshalTypeError{Value: text, Type: reflect.TypeFor[T]()}
}

// Epoch is a time as seconds since 1970 with a fraction; null and 0 are no time.
type Epoch struct{ time.Time }

// maxEpoch is the end of the year 9999: what is later is not seconds.
const maxEpoch = 253402300799

// MarshalJSON implements json.Marshaler. Whole seconds keep a ".0", as the
// original's dates were floating point numbers.
func (e Epoch) MarshalJSON() ([]byte, error) {
	if e.IsZero() {
		return []byte("null"), nil
	}
	s := strconv.FormatFloat(float64(e.UnixMicro())/1e6, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return []byte(s), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (e *Epoch) UnmarshalJSON(b []byte) error {
	var n Number
	if err := n.UnmarshalJSON(b); err != nil {
		return err
	}
	if math.Abs(n.Value) > maxEpoch {
		return wrong[float64](b)
	}
	if e.Time = (time.Time{}); n.Value != 0 {
		e.Time = time.UnixMicro(int64(n.Value * 1e6)).UTC()
	}
	return nil
}
