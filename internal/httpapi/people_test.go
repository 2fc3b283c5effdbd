package httpapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/api"
)

func (s *site) user(id, who string) (u api.User) {
	s.Helper()
	r := s.call("GET", "/api/1.0/user/"+id, who, "")
	s.must(json.Unmarshal([]byte(r.text), &u))
	return u
}

// Clients send the whole document back. Only what the sender may change changes.
func TestSaveUser(t *testing.T) {
	s := newSite(t)
	was := s.user("ann", "ann")
	whole := was
	whole.Email, whole.Admin, whole.Active, whole.UID, whole.Usage.Prio = "ann@example.org", true, false, 0, 99
	text, err := json.Marshal(whole)
	s.must(err)
	if r := s.call("PUT", "/api/1.0/user/ann", "ann", string(text)); r.StatusCode != http.StatusOK {
		t.Fatalf("%d %s", r.StatusCode, r.text)
	}
	now := s.user("ann", "ann")
	if now.Email != "ann@example.org" || now.Admin || !now.Active || now.UID != was.UID || now.Usage.Prio != was.Usage.Prio || now.Credentials != was.Credentials {
		t.Errorf("ann made of herself %+v", now)
	}
	r := s.call("PUT", "/api/1.0/user/ann", "root1", `{"usage": {"prio": 80, "quota_cpu": 3600, "quota_gpu": 5, "quota_disk": 1000}, "active": true}`)
	if r.StatusCode != http.StatusOK {
		t.Fatalf("%d %s", r.StatusCode, r.text)
	}
	if u := s.user("ann", "root1").Usage; u.Prio != 80 || u.QuotaCPU != 3600 || u.QuotaGPU != 5 || u.QuotaDisk != 1000 || u.QuotaTime != 0 {
		t.Errorf("%+v", u)
	}
	for body, field := range map[string]string{
		`{"email": "nobody"}`:                                                                      "email",
		`{"usage": {"prio": 101}}`:                                                                 "usage.prio",
		`{"usage": {"prio": 1.5}}`:                                                                 "usage.prio",
		`{"usage": {"quota_ram": -1}}`:                                                             "usage.quota_ram",
		`{"credentials": {"public": "ssh-rsa"}}`:                                                   "credentials.public",
		`{"credentials": {"public": "command=\"true\" ` + sshKey + `"}}`:                           "want a key without options",
		`{"credentials": {"public": "` + sshKey + `\nssh-dss AAAAB3NzaC1kc3M="}}`:                  "credentials.public: line 2",
		`{"credentials": {"public": "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA"}}`: "this is a private key",
	} {
		r := s.call("PUT", "/api/1.0/user/ann", "root1", body)
		if s.problem(r, 400); !strings.Contains(r.text, field) {
			t.Errorf("%s: %s", body, r.text)
		}
	}
	if u := s.user("ann", "root1"); u.Usage.Prio != 80 || u.Email != "ann@example.org" {
		t.Errorf("a mistake changed something: %+v", u)
	}
	s.problem(s.call("PUT", "/api/1.0/user/root1", "root1", `{"admin": false}`), 409)
	s.problem(s.call("DELETE", "/api/1.0/user/root1", "root1", ""), 409)
	s.submit("bob")
	s.problem(s.call("DELETE", "/api/1.0/user/bob", "root1", ""), 409)
}

const sshKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFVGb5DfCE8Bi3I4kMDZbiPZ0a5pZ4cJ5TXWM1KBwvVl ann@desk"

// People have several ssh keys, which anybody may change of themselves.
func TestSSHKeys(t *testing.T) {
	s := newSite(t)
	r := s.call("PUT", "/api/1.0/user/ann", "ann", `{"credentials": {"public": "# of my desk\n`+sshKey+`\n\n `+sshKey+`2\n"}}`)
	if got := s.user("ann", "ann").Credentials.Public; r.StatusCode != http.StatusOK || got != sshKey+"\n"+sshKey+"2" {
		t.Errorf("%d %s: %q", r.StatusCode, r.text, got)
	}
	s.problem(s.call("PUT", "/api/1.0/user/ann", "bob", `{"credentials": {"public": ""}}`), 404)
}

func TestProjects(t *testing.T) {
	s := newSite(t)
	for body, field := range map[string]string{
		`{"id": "a/b"}`:                        "id",
		`{"id": ""}`:                           "id",
		`{"id": "lab", "members": ["nobody"]}`: "members",
		`{"id": "lab", "prio": -1}`:            "prio",
		`{"id": "lab", "volumes": [{"name": "home", "path": "/x"}]}`:               "volumes[0].name",
		`{"id": "lab", "volumes": [{"name": "v", "path": "x"}]}`:                   "volumes[0]",
		`{"id": "lab", "volumes": [{"name": "v", "path": "/x", "acl": "w"}]}`:      "volumes[0].acl",
		`{"id": "lab", "volumes": [{"name": "v", "path": "/x", "mount": "/dev"}]}`: "volumes[0]",
	} {
		r := s.call("POST", "/api/1.0/project", "root1", body)
		if s.problem(r, 400); !strings.Contains(r.text, `"`+field+`"`) {
			t.Errorf("%s: %s", body, r.text)
		}
	}
	r := s.call("POST", "/api/1.0/project", "root1", `{"id": "lab", "description": "the lab", "members": ["ann", "ann", ""], "quota_time": "60"}`)
	const doc = `{"id":"lab","description":"the lab","members":["ann"],"leaders":[],"prio":50,"quota_cpu":0,"quota_ram":0,"quota_time":60,"quota_gpu":0,"quota_disk":0,"max_running":0,"max_running_cpu":0,"max_running_ram":0,"max_running_gpus":0,"disk":0,"volumes":[]}`
	if strings.TrimSpace(r.text) != doc {
		t.Errorf("%d %s", r.StatusCode, r.text)
	}
	s.problem(s.call("POST", "/api/1.0/project", "root1", `{"id": "lab"}`), 409)
	s.call("POST", "/api/1.0/project/lab", "root1", `{"volumes": [{"name": "v", "path": "/data/lab", "acl": "rw"}]}`)
	var p api.Project
	s.must(json.Unmarshal([]byte(s.call("GET", "/api/1.0/project/lab", "ann", "").text), &p))
	if len(p.Volumes) != 1 || len(p.Members) != 1 || p.QuotaTime != 60 {
		t.Errorf("%+v", p)
	}
	if r := s.call("GET", "/api/1.0/user/ann/project", "ann", ""); !strings.HasPrefix(r.text, `[{"id":"default"`) || !strings.Contains(r.text, `"lab"`) {
		t.Errorf("projects of ann: %s", r.text)
	}
	if r := s.call("GET", "/api/1.0/project", "bob", ""); strings.Contains(r.text, "lab") {
		t.Errorf("bob sees %s", r.text)
	}
	s.problem(s.call("POST", "/api/1.0/project/default", "root1", `{"quota_cpu": 5}`), 400)
	s.problem(s.call("DELETE", "/api/1.0/project/default", "root1", ""), 409)
}

// The window has a line for every day, and what runs counts.
func TestUsage(t *testing.T) {
	s := newSite(t)
	task := s.submit("ann")
	began := s.begin(task.ID)
	var days []api.DayUsage
	r := s.call("GET", "/api/1.0/user/ann/usage", "root1", "")
	s.must(json.Unmarshal([]byte(r.text), &days))
	if len(days) != 30 {
		t.Fatalf("%d days: %s", len(days), r.text)
	}
	y, m, d := time.Now().UTC().Date()
	if last := days[29]; last.Date != itoa(int64(y))+"_"+itoa(int64(m))+"_"+itoa(int64(d)) || last.Time <= 0 || last.CPU <= 0 {
		t.Errorf("today: %+v", last)
	}
	if first := days[0]; first.Time != 0 || first.Date == days[29].Date {
		t.Errorf("the first day: %+v", first)
	}
	s.end(began, 0)
	if r := s.call("GET", "/api/1.0/user/bob/usage", "bob", ""); !strings.Contains(r.text, `"cpu":0,"ram":0,"time":0`) {
		t.Errorf("bob: %s", r.text)
	}
}

func TestResetOfAProject(t *testing.T) {
	s := newSite(t)
	s.must(s.store.CreateProject(s.Context(), godocker.Project{ID: "lab"}))
	if r := s.call("DELETE", "/api/1.0/project/lab/quota", "root1", ""); r.StatusCode != http.StatusOK || !strings.Contains(r.text, "is reset") {
		t.Errorf("%d %s", r.StatusCode, r.text)
	}
	s.problem(s.call("DELETE", "/api/1.0/project/none/quota", "root1", ""), 404)
}

func TestWhatTasksMayHoldAtOneTime(t *testing.T) {
	s := newSite(t)
	s.must(s.store.CreateProject(t.Context(), godocker.Project{ID: "lab"}))
	const limits = `"max_running": 20, "max_running_cpu": 6.5, "max_running_ram": "256", "max_running_gpus": 2`
	want := godocker.Limits{Tasks: 20, CPU: 6.5, RAM: 256, GPUs: 2}
	shown := api.RunningLimits{MaxRunning: 20, MaxRunningCPU: 6.5, MaxRunningRAM: 256, MaxRunningGPUs: 2}
	var u api.User
	s.read(s.call("PUT", "/api/1.0/user/ann", "root1", `{"usage": {`+limits+`}}`), &u)
	var p api.Project
	s.read(s.call("POST", "/api/1.0/project/lab", "root1", `{`+limits+`}`), &p)
	if u.Usage.RunningLimits != shown || p.RunningLimits != shown {
		t.Errorf("shown are %+v and %+v", u.Usage.RunningLimits, p.RunningLimits)
	}
	s.read(s.call("PUT", "/api/1.0/user/ann", "ann", `{"usage": {"max_running": 0}}`), &u)
	ann, err := s.store.User(t.Context(), "ann")
	s.must(err)
	lab, err := s.store.Project(t.Context(), "lab")
	s.must(err)
	if ann.Quota.Running != want || lab.Quota.Running != want {
		t.Errorf("kept are %+v and %+v", ann.Quota.Running, lab.Quota.Running)
	}
	for _, field := range []string{"max_running", "max_running_cpu", "max_running_ram", "max_running_gpus"} {
		bad := `"` + field + `": -1`
		r := s.call("PUT", "/api/1.0/user/ann", "root1", `{"usage": {`+bad+`}}`)
		if s.problem(r, 400); !strings.Contains(r.text, `"usage.`+field+`"`) {
			t.Errorf("%s of a user: %s", field, r.text)
		}
		r = s.call("POST", "/api/1.0/project/lab", "root1", `{`+bad+`}`)
		if s.problem(r, 400); !strings.Contains(r.text, `"`+field+`"`) {
			t.Errorf("%s of a project: %s", field, r.text)
		}
	}
	s.problem(s.call("PUT", "/api/1.0/user/ann", "root1", `{"usage": {"max_running": 1.5}}`), 400)
	s.problem(s.call("POST", "/api/1.0/project/default", "root1", `{"max_running": 5}`), 400)
}
