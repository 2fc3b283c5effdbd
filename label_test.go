package godocker_test

import (
	"testing"

	"godocker"
)

func TestLabels(t *testing.T) {
	node := map[string]string{"disk": "ssd", "site": "", "os": "debian 12"}
	for constraint, match := range map[string]bool{
		"disk==ssd": true, " disk == ssd ": true, "os==debian 12": true,
		"disk==hdd": false, "none==ssd": false, "disk=ssd": false, "disk": false, "": false, "site==": false, "==ssd": false, "disk===ssd": false,
	} {
		if godocker.LabelsMatch([]string{constraint}, node) != match {
			t.Errorf("%q: match is %t", constraint, !match)
		}
	}
	if !godocker.LabelsMatch(nil, nil) || godocker.LabelsMatch([]string{"disk==ssd", "os==x"}, node) {
		t.Error("no constraint must match, and all of several")
	}
}
