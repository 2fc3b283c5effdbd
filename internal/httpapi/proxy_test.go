package httpapi_test

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"godocker"
	"godocker/api"
	"godocker/internal/httpapi"
)

func behind(networks ...string) func(*httpapi.Server) {
	return func(s *httpapi.Server) {
		s.UserHeader = "X-Remote-User"
		for _, n := range networks {
			s.Proxies = append(s.Proxies, netip.MustParsePrefix(n))
		}
	}
}

// said makes a request with headers, each a name and a value.
func (s *site) said(method, path, who string, head ...string) answer {
	s.Helper()
	req := s.request(method, path, who, strings.NewReader(""))
	for i := 0; i+1 < len(head); i += 2 {
		req.Header.Add(head[i], head[i+1])
	}
	return s.do(req)
}

func TestProxySaysWhoItIs(t *testing.T) {
	s := newSite(t, behind("192.0.2.0/24", "127.0.0.1/32"))
	me := func(who string, head ...string) string {
		t.Helper()
		var u api.User
		s.read(s.said("GET", "/api/1.0/session", who, head...), &u)
		return u.ID
	}
	if got := me("", "X-Remote-User", "bob"); got != "bob" {
		t.Errorf("the proxy's bob is %q", got)
	}
	if got := me("ann", "X-Remote-User", "bob"); got != "ann" {
		t.Errorf("with a token of ann it is %q", got)
	}
	c := s.cookie(annsPassword)
	req := s.request("GET", "/api/1.0/session", "", nil)
	req.AddCookie(c)
	req.Header.Set("X-Remote-User", "bob")
	if a := s.do(req); !strings.Contains(a.text, `"id":"bob"`) {
		t.Errorf("with a session of ann it is %s", a.text)
	}
	s.problem(s.said("GET", "/api/1.0/session", "", "X-Remote-User", "nobody-knows"), 401)
	s.problem(s.said("GET", "/api/1.0/session", "", "X-Remote-User", ""), 401)
	s.problem(s.said("GET", "/api/1.0/session", "", "X-Remote-User", "bob", "X-Remote-User", "root1"), 401)
	s.problem(s.said("GET", "/api/1.0/session", "", "Remote-User", "bob"), 401)
	s.problem(s.said("GET", "/api/1.0/session", "", "REMOTE_USER", "bob"), 401)
	s.problem(s.said("POST", "/api/1.0/task", "", "X-Remote-User", "bob", "Sec-Fetch-Site", "cross-site"), 403)
	s.disable("bob")
	s.problem(s.said("GET", "/api/1.0/session", "", "X-Remote-User", "bob"), 401)
}

// Whoever is not a trusted proxy can say what they like.
func TestOthersCannotSayWhoTheyAre(t *testing.T) {
	for name, change := range map[string]func(*httpapi.Server){
		"from elsewhere": behind("192.0.2.0/24", "2001:db8::/32"),
		"off":            func(s *httpapi.Server) { behind("127.0.0.1/32")(s); s.UserHeader = "" },
		"nobody trusted": behind(),
	} {
		s := newSite(t, change)
		for _, head := range [][]string{
			{"X-Remote-User", "root1"}, {"X-Remote-User", "root1", "X-Forwarded-For", "192.0.2.1"}, {"X-Remote-User", "root1", "X-Real-Ip", "192.0.2.1"},
			{"X-Remote-User", "root1", "Forwarded", "for=192.0.2.1"},
		} {
			s.problem(s.said("GET", "/api/1.0/task/active/all", "", head...), 401)
			if a := s.said("GET", "/api/1.0/task/active/all", "ann", head...); a.StatusCode != http.StatusForbidden {
				t.Errorf("%s: ann, who says %v: %s", name, head, a.Status)
			}
			if doc := s.problem(s.said("GET", "/api/1.0/task/active", "", head...), 401); doc.Code != string(godocker.Unauthorized) {
				t.Errorf("%s: %+v", name, doc)
			}
		}
	}
}
