package httpapi

import (
	"context"
	"crypto/subtle"
	"fmt"
	"math"
	"regexp"
	"sync"

	"godocker"
	"godocker/api"

	"github.com/prometheus/client_golang/prometheus"
)

// pushed are figures that other programs sent, to be read with the server's own. It may
// be used concurrently.
type pushed struct {
	mu     sync.Mutex
	values map[series]float64
}

type series struct{ name, host string }

// maxSeries bounds what others can make the server keep.
const maxSeries = 10_000

var metricName = regexp.MustCompile(`^[a-zA-Z_:][a-zA-Z0-9_:]{0,199}$`)

// Describe implements prometheus.Collector; nothing is known beforehand.
func (p *pushed) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (p *pushed) Collect(ch chan<- prometheus.Metric) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for s, v := range p.values {
		ch <- prometheus.MustNewConstMetric(prometheus.NewDesc(s.name, "Sent by another program.", []string{"host"}, nil), prometheus.GaugeValue, v, s.host)
	}
}

func (p *pushed) keep(stats []api.Stat) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.values == nil {
		p.values = map[series]float64{}
	}
	for _, s := range stats {
		k := series{s.Name, s.Host}
		if _, known := p.values[k]; !known && len(p.values) >= maxSeries {
			return godocker.Errorf(godocker.RateLimited, "this server keeps at most %d figures of others", maxSeries)
		}
		p.values[k] = s.Value.Value
	}
	return nil
}

func (s *Server) push(_ context.Context, in *body[api.Push]) (*body[api.Message], error) {
	switch {
	case s.PushKey == "":
		return nil, godocker.Errorf(godocker.Denied, "this site takes no figures of others; an administrator sets prometheus_key")
	case subtle.ConstantTimeCompare([]byte(in.Body.Key), []byte(s.PushKey)) != 1:
		return nil, godocker.Errorf(godocker.Denied, "the key is not the site's prometheus_key")
	}
	var wrong []godocker.FieldError
	for i, v := range in.Body.Stat {
		switch {
		case !metricName.MatchString(v.Name):
			wrong = append(wrong, godocker.FieldError{Field: fmt.Sprintf("stat[%d].name", i), Message: "want letters, digits, _ and :, such as god_watcher_job_error"})
		case len(v.Host) > 253 || math.IsNaN(v.Value.Value):
			wrong = append(wrong, godocker.FieldError{Field: fmt.Sprintf("stat[%d]", i), Message: "want a number, and a host name of at most 253 characters"})
		}
	}
	if err := godocker.FieldErrors(wrong); err != nil {
		return nil, err
	}
	if err := s.pushed.keep(in.Body.Stat); err != nil {
		return nil, err
	}
	return answer(api.Message{Msg: "kept"}), nil
}
