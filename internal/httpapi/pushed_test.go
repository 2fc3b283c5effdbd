package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"godocker/internal/httpapi"
)

func TestPushedFigures(t *testing.T) {
	const good = `{"key": "sesame and more", "stat": [{"name": "god_watcher_job_error", "value": 3, "host": "n1"}, {"name": "god_watcher_job_error", "value": "4.5", "host": "n2"}]}`
	s := newSite(t, func(s *httpapi.Server) { s.PushKey = "sesame and more" })
	for body, code := range map[string]int{
		`{"key": "x", "stat": []}`: 403,
		`{"stat": []}`:             403,
		`{"key": "sesame and more", "stat": [{"name": "a b"}]}`:             400,
		`{"key": "sesame and more", "stat": [{"name": "a", "value": "x"}]}`: 400,
	} {
		s.problem(s.call("POST", "/api/1.0/prometheus", "", body), code)
	}
	for range 2 {
		if r := s.call("POST", "/api/1.0/prometheus", "", good); r.StatusCode != http.StatusOK {
			t.Fatalf("%d %s", r.StatusCode, r.text)
		}
	}
	r := s.call("GET", "/metrics", "", "")
	for _, line := range []string{`god_watcher_job_error{host="n1"} 3`, `god_watcher_job_error{host="n2"} 4.5`} {
		if !strings.Contains(r.text, line) {
			t.Errorf("no %s in %s", line, r.text)
		}
	}
	closed := newSite(t)
	closed.problem(closed.call("POST", "/api/1.0/prometheus", "", strings.Replace(good, "sesame and more", "", 1)), 403)
}
