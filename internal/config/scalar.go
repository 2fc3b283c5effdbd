package config

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"godocker"

	"go.yaml.in/yaml/v3"
)

// Optional is a text in which the word None stands for nothing, as people wrote
// it in files for the Python original.
type Optional string

// UnmarshalYAML implements yaml.Unmarshaler.
func (o *Optional) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.ScalarNode {
		return fmt.Errorf("want a text")
	}
	if *o = Optional(n.Value); n.Tag == "!!null" || n.Value == "None" {
		*o = ""
	}
	return nil
}

// Port is a TCP port; None stands for 0.
type Port int

// UnmarshalYAML implements yaml.Unmarshaler.
func (p *Port) UnmarshalYAML(n *yaml.Node) error {
	var o Optional
	if err := o.UnmarshalYAML(n); err != nil {
		return err
	}
	if o == "" {
		return nil
	}
	v, err := strconv.Atoi(string(o))
	if err != nil || v < 0 || v > 65535 {
		return fmt.Errorf("want a port between 0 and 65535, got %q", n.Value)
	}
	*p = Port(v)
	return nil
}

// Lifespan is a length of time: 7d, 12h, 30m, 20s, or bare seconds.
type Lifespan time.Duration

// UnmarshalYAML implements yaml.Unmarshaler.
func (l *Lifespan) UnmarshalYAML(n *yaml.Node) error {
	d, err := ParseLifespan(n.Value)
	*l = Lifespan(d)
	return err
}

// MarshalYAML implements yaml.Marshaler, as time.Duration reads it.
func (l Lifespan) MarshalYAML() (any, error) { return time.Duration(l).String(), nil }

// ParseLifespan is godocker.ParseLifespan.
func ParseLifespan(s string) (time.Duration, error) { return godocker.ParseLifespan(s) }

// Size is a number of bytes: 12, 5k, 12M, 40G, 1T, in powers of 1000.
type Size int64

// UnmarshalYAML implements yaml.Unmarshaler.
func (s *Size) UnmarshalYAML(n *yaml.Node) error {
	v, err := godocker.ParseSize(n.Value)
	*s = Size(v)
	return err
}

// FileMode is permission bits in octal, such as 0750.
type FileMode fs.FileMode

// UnmarshalYAML implements yaml.Unmarshaler.
func (m *FileMode) UnmarshalYAML(n *yaml.Node) error {
	v, err := strconv.ParseUint(strings.TrimPrefix(n.Value, "0o"), 8, 12)
	if err != nil || v > 0o7777 || v&0o700 != 0o700 {
		return fmt.Errorf("want permissions in octal that let the owner in, such as 0750, got %q", n.Value)
	}
	*m = FileMode(v)
	return nil
}
