package config

import "testing"

// What was the executor swarm of older installations may be another endpoint than a swarm, and
// keeps its name.
func TestSwarmByAnotherPlugin(t *testing.T) {
	c, err := Parse("go-d.ini", []byte("executors: [swarm, dockerswarm]\nswarm: {type: docker, url: \"tcp://a:2376\", tls: true}\ndockerswarm: {url: \"tcp://b:2376\"}\n"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"swarm": "docker tcp://a:2376", "dockerswarm": "dockerswarm tcp://b:2376"} {
		var got struct {
			URL string `yaml:"url"`
			TLS bool   `yaml:"tls"`
		}
		kind, own := c.Engine(name)
		if err := own(&got); err != nil || kind+" "+got.URL != want {
			t.Errorf("%s: %s %+v, %v; want %s", name, kind, got, err, want)
		}
	}
}
