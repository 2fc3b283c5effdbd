package runner

import (
	"slices"
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/internal/runner/spec"
)

// A scene is an attempt in which things happen at certain times.
type scene struct {
	r     *repose
	began time.Time
	now   time.Time
	use   time.Time
	cpu   time.Duration
	says  []string
	told  []string
	words []int64
}

func newScene() *scene {
	began := time.Date(2026, 3, 7, 12, 0, 0, 0, time.UTC)
	s := &scene{began: began, now: began, use: began, cpu: time.Second}
	s.r = newRepose(spec.Session{IdleAfter: 2 * time.Hour, IdleWarn: 15 * time.Minute}, began)
	s.r.used, s.r.cpu = func() time.Time { return s.use }, func() time.Duration { return s.cpu }
	s.r.say = func(text string) { s.says = append(s.says, text) }
	s.r.tell = func(i spec.Idle) {
		s.told = append(s.told, s.now.Sub(began).Truncate(time.Minute).String()+" "+i.Stage)
		s.words = append(s.words, i.Word)
	}
	return s
}

// until lets time pass, in which a share of a core is used.
func (s *scene) until(at time.Duration, share float64) *scene {
	for s.now.Sub(s.began) < at {
		s.now = s.now.Add(s.r.tick)
		s.cpu += time.Duration(share * float64(s.r.tick))
		s.r.look(s.now)
	}
	return s
}

func (s *scene) types() *scene {
	s.use = s.now
	return s
}

func TestIdle(t *testing.T) {
	const min = time.Minute
	for name, c := range map[string]struct {
		do    func(*scene)
		told  string
		words string // of the last thing said
	}{
		"nothing happens":           {func(s *scene) { s.until(121*min, 0) }, "1h45m0s warned, 2h0m0s due", "Nothing happened for 2h: this task is frozen. Log in again"},
		"hardly any cpu":            {func(s *scene) { s.until(121*min, 0.009) }, "1h45m0s warned, 2h0m0s due", "frozen"},
		"some cpu":                  {func(s *scene) { s.until(300*min, 0.02) }, "", ""},
		"unknown cpu":               {func(s *scene) { s.cpu = 0; s.until(300*min, 0) }, "", ""},
		"warned":                    {func(s *scene) { s.until(119*min, 0) }, "1h45m0s warned", "Nothing happened for 1h45m: this task is frozen in 15m, unless"},
		"a key after the warning":   {func(s *scene) { s.until(110*min, 0).types().until(214*min, 0) }, "1h45m0s warned, 1h50m0s ", "not frozen"},
		"a key, and then nothing":   {func(s *scene) { s.until(110*min, 0).types().until(231*min, 0) }, "1h45m0s warned, 1h50m0s , 3h35m0s warned, 3h50m0s due", "frozen."},
		"cpu after the warning":     {func(s *scene) { s.until(110*min, 0).until(111*min, 1).until(200*min, 0) }, "1h45m0s warned, 1h50m0s ", "not frozen"},
		"much cpu before the time":  {func(s *scene) { s.until(60*min, 1).until(165*min, 0.001) }, "2h45m0s warned", "Nothing happened for 1h45m"},
		"a key in time":             {func(s *scene) { s.until(104*min, 0).types().until(208*min, 0) }, "", ""},
		"the server does not act":   {func(s *scene) { s.until(241*min, 0) }, "1h45m0s warned, 2h0m0s due, 4h0m0s due", "frozen."},
		"frozen and thawed":         {func(s *scene) { s.until(120*min, 0); s.now = s.now.Add(9 * time.Hour); s.until(700*min, 0) }, "1h45m0s warned, 2h0m0s due, 11h0m0s ", "frozen. Log in"},
		"then it is idle once more": {func(s *scene) { s.until(120*min, 0); s.now = s.now.Add(time.Hour); s.until(301*min, 0) }, "1h45m0s warned, 2h0m0s due, 3h0m0s , 4h45m0s warned, 5h0m0s due", "frozen."},
		"it is to end":              {func(s *scene) { s.r.ends = true; s.until(121*min, 0) }, "1h45m0s warned, 2h0m0s due", "this task is ended."},
	} {
		s := newScene()
		c.do(s)
		if got := strings.Join(s.told, ", "); got != c.told {
			t.Errorf("%s: told %q, want %q", name, got, c.told)
		}
		if last := append([]string{""}, s.says...)[len(s.says)]; !strings.Contains(last, c.words) || c.words == "" && last != "" {
			t.Errorf("%s: said %q, want %q", name, last, c.words)
		}
		if !slices.IsSorted(s.words) || len(slices.Compact(slices.Clone(s.words))) != len(s.words) {
			t.Errorf("%s: the words have the numbers %d", name, s.words)
		}
	}
}

func TestInWords(t *testing.T) {
	for d, want := range map[time.Duration]string{2 * time.Hour: "2h", 105 * time.Minute: "1h45m", 15 * time.Minute: "15m", 10 * time.Second: "10s", 90 * time.Second: "1m30s", 10 * time.Minute: "10m"} {
		if got := inWords(d); got != want {
			t.Errorf("%s: %q, want %q", d, got, want)
		}
	}
	if got := (godocker.Idle{After: 2 * time.Hour, Action: godocker.IdleEnd}).Reason(); got != "Ended: idle for 2h" {
		t.Error(got)
	}
}
