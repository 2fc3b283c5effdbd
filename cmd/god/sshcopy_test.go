package main

import (
	"slices"
	"testing"

	"godocker/api"
)

func TestFilesToCopy(t *testing.T) {
	at := gatewayOf(api.Gateway{Port: 6544, HostKey: "k"}, "http://[::1]:6543", 12)
	if at.Host != "::1" || at.User != "12" || at.alias() != "god-gateway" || at.prompt() != "12@god-gateway's password" {
		t.Errorf("%+v, %q", at, at.prompt())
	}
	got := at.files([]string{"12:", "12:a b:c", "odd:name", "/x/odd:name", "-r", "plain", "12x:y"})
	want := []string{"12@[::1]:", "12@[::1]:a b:c", "./odd:name", "/x/odd:name", "-r", "plain", "./12x:y"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for _, c := range []struct {
		files []string
		id    string
		exit  int
	}{{[]string{"a", "12:b"}, "12", 0}, {[]string{"12:b", "12:c", "."}, "12", 0}, {[]string{"12:b", "13:c"}, "", 2}, {[]string{"a", "b"}, "", 2}} {
		if id, err := oneTask(c.files); id != c.id || (err != nil) != (c.exit != 0) || err != nil && exitOf(err) != c.exit {
			t.Errorf("%q: %q, %v", c.files, id, err)
		}
	}
}

func TestPortsToForward(t *testing.T) {
	for text, want := range map[string][2]int{"8888": {8888, 8888}, "9000:80": {9000, 80}, "0": {}, "80:": {}, ":80": {}, "1:65536": {}, "x": {}, "1:2:3": {}, "": {}} {
		if local, port, err := portsOf(text); local != want[0] || port != want[1] || (err != nil) != (want == [2]int{}) {
			t.Errorf("%q: %d, %d, %v", text, local, port, err)
		}
	}
}
