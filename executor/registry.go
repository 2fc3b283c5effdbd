package executor

import "log/slog"

// A RegistryLogin is what a registry is shown. It prints as nothing that is secret.
type RegistryLogin struct {
	Registry string // its address
	Username string
	Password string
	Token    string // in place of name and password
}

const hidden = "(a registry login)"

func (RegistryLogin) String() string       { return hidden }
func (RegistryLogin) GoString() string     { return hidden }
func (RegistryLogin) LogValue() slog.Value { return slog.StringValue(hidden) }

// RegistryRefusal is an ErrCannotStart: a registry does not let somebody have an image,
// or says that there is none, which of private ones it says as well.
type RegistryRefusal struct{ Words string }

func (r RegistryRefusal) Error() string   { return r.Words }
func (r RegistryRefusal) Is(e error) bool { return e == ErrCannotStart }
