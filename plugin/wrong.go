package plugin

import (
	"errors"
	"fmt"
)

// Wrong is all that is wrong in one place of the configuration, each thing with the place
// before it on a line of its own, or nil if nothing is.
func Wrong(place string, errs ...error) error {
	var all []error
	for _, err := range errs {
		if many, ok := err.(interface{ Unwrap() []error }); ok { //nolint:errorlint // what it wraps further down has words around it
			all = append(all, Wrong(place, many.Unwrap()...))
		} else if err != nil {
			all = append(all, fmt.Errorf("%s: %w", place, err))
		}
	}
	return errors.Join(all...)
}
