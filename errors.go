package godocker

import (
	"errors"
	"fmt"
	"time"
)

// A Code classifies an error for the person or program that caused it. A Code
// is itself an error, so callers test with errors.Is(err, godocker.NotFound).
type Code string

// The complete list of codes. The HTTP status and the CLI exit status are
// each derived from it in exactly one table.
const (
	Invalid      Code = "invalid"
	Unauthorized Code = "unauthorized"
	Denied       Code = "denied"
	NotFound     Code = "not_found"
	Conflict     Code = "conflict"
	TooLarge     Code = "too_large"
	QuotaReached Code = "quota"
	RateLimited  Code = "rate_limited"
	Unavailable  Code = "unavailable"
	Internal     Code = "internal"
)

func (c Code) Error() string { return string(c) }

// Error is an error with a Code and a message fit to show the user.
type Error struct {
	Code    Code
	Message string       // shown to the user; no secrets, no stack
	Fields  []FieldError // what is wrong with which field of a document
	Err     error        // cause, for the log only
	// RetryAfter is when to try again; 0 = not said.
	RetryAfter time.Duration
}

// A FieldError says what is wrong with one field of a document and what is allowed.
type FieldError struct {
	Field   string // path in the document, such as requirements.cpu
	Message string
}

// Errorf returns an *Error. A %w verb keeps the cause.
func Errorf(code Code, format string, args ...any) *Error {
	w := fmt.Errorf(format, args...)
	return &Error{Code: code, Message: w.Error(), Err: errors.Unwrap(w)}
}

// FieldErrors returns an Invalid *Error for the fields, or nil if there are none.
func FieldErrors(fields []FieldError) error {
	if len(fields) == 0 {
		return nil
	}
	e := &Error{Code: Invalid, Fields: fields}
	for i, f := range fields {
		if i > 0 {
			e.Message += "; "
		}
		e.Message += f.Field + ": " + f.Message
	}
	return e
}

func (e *Error) Error() string        { return string(e.Code) + ": " + e.Message }
func (e *Error) Unwrap() error        { return e.Err }
func (e *Error) Is(target error) bool { c, ok := target.(Code); return ok && c == e.Code }

// CodeOf returns the code of the outermost *Error in err's chain; an error
// that carries none is Internal, and nil is "".
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return Internal
}
