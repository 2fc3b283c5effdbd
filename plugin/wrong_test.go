package plugin_test

import (
	"errors"
	"testing"

	"godocker/plugin"
)

func TestWrongNamesThePlaceOfEach(t *testing.T) {
	one, two, three := errors.New("one"), errors.New("two"), errors.New("three")
	err := plugin.Wrong("farm", plugin.Wrong("docker", nil, one, errors.Join(two, nil)), three)
	if err == nil || err.Error() != "farm: docker: one\nfarm: docker: two\nfarm: three" || !errors.Is(err, two) {
		t.Error(err)
	}
	if err := plugin.Wrong("farm", nil, errors.Join(nil)); err != nil {
		t.Error(err)
	}
}
