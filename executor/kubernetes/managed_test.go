package kubernetes_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/executor/kubernetes"
)

// dropped loses requests.
type dropped struct {
	http.RoundTripper
	lost func(*http.Request) bool
}

func (d dropped) RoundTrip(r *http.Request) (*http.Response, error) {
	if d.lost(r) {
		return nil, errors.New("the connection is gone")
	}
	return d.RoundTripper.RoundTrip(r)
}

func makesPod(r *http.Request) bool {
	return r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/pods")
}

// Who finds a Job whose maker died before it made the pod goes on with it, and all who come
// later find that pod.
func TestJobWithoutPod(t *testing.T) {
	dying, err := kubernetes.Through(t.Context(), account, func(next http.RoundTripper) http.RoundTripper {
		return dropped{used.look(next), makesPod}
	})
	must(t, err)
	a := shell(t, "exit 8")
	_, err = dying.Start(t.Context(), a)
	if err == nil || errors.Is(err, executor.ErrCannotStart) || errors.Is(err, executor.ErrEngine) || errors.Is(err, executor.ErrNoRoom) {
		t.Fatalf("Start = %v, want an error that leaves open what there is", err)
	}
	e := engine(t, nil)
	if s := inspect(t, e, executor.Handle(a.Name())); s.Phase != executor.Waiting {
		t.Errorf("a Job without a pod is %+v", s)
	}
	got := start(t, e, a)
	if s := wait(t, e, got.Handle, executor.Exited); s.ExitCode != 8 {
		t.Errorf("%+v", s)
	}
	again, err := engine(t, nil).Start(t.Context(), a)
	if err != nil || again.EngineID != got.EngineID || len(pods(t, got.Handle)) != 1 {
		t.Errorf("%+v after %+v, %v; pods %q", again, got, err, pods(t, got.Handle))
	}
}

// A pod whose Job somebody deleted is the attempt's nevertheless, and no other is made.
func TestPodWithoutJob(t *testing.T) {
	for how, want := range map[string]executor.Phase{"Orphan": executor.Active, "Background": executor.Exited} {
		a := shell(t, "trap 'exit 9' TERM; while :; do sleep 0.1; done")
		got := start(t, engine(t, nil), a)
		at := "/apis/batch/v1/namespaces/" + namespace + "/jobs/" + string(got.Handle)
		must(t, call("DELETE", at, map[string]any{"propagationPolicy": how}, nil))
		until(t, "the Job is not deleted", func() bool { return call("GET", at, nil, nil) != nil })
		e := engine(t, nil) // of a process that does not know whether it was started
		again, err := e.Start(t.Context(), a)
		if err != nil || again.EngineID != got.EngineID || len(pods(t, got.Handle)) != 1 {
			t.Errorf("%s: %+v after %+v, %v; pods %q", how, again, got, err, pods(t, got.Handle))
		}
		if s := wait(t, e, got.Handle, want); want == executor.Exited && (s.ExitCode != 9 || s.Outcome != godocker.NodeLost) {
			t.Errorf("%s: %+v", how, s)
		}
	}
}

// oneJob answers for a cluster that has a Job and no pods.
func oneJob(t *testing.T, job string, made, deleted *atomic.Int64) string {
	return pretended(t, func(w http.ResponseWriter, r *http.Request) bool {
		switch {
		case watches(r):
			return false
		case makesPod(r):
			made.Add(1)
		case r.Method == http.MethodDelete:
			deleted.Add(1)
			fmt.Fprint(w, `{"kind":"Status","apiVersion":"v1","status":"Success"}`)
		case strings.Contains(r.URL.Path, "/jobs"):
			fmt.Fprint(w, job)
		default:
			return false
		}
		return true
	})
}

// A cluster that makes pods of all Jobs itself is not used.
func TestClusterThatManagesAllJobs(t *testing.T) {
	var made, deleted atomic.Int64
	at := oneJob(t, `{"kind":"Job","apiVersion":"batch/v1","metadata":{"name":"a","uid":"0123456789"},"spec":{"template":{"spec":{"containers":[{}]}}}}`, &made, &deleted)
	e := engine(t, func(c *kubernetes.Config) { *c = kubernetes.Config{Server: at} })
	_, err := e.Start(t.Context(), shell(t, "true"))
	if !errors.Is(err, executor.ErrEngine) || !strings.Contains(err.Error(), "want Kubernetes 1.32 or later") || made.Load() != 0 || deleted.Load() != 1 {
		t.Errorf("Start = %v; %d pods made, %d jobs deleted", err, made.Load(), deleted.Load())
	}
}

// A Job that has no pod yet is waited for, and one that has none any more is lost.
func TestPodIsGone(t *testing.T) {
	var none atomic.Int64
	for made, want := range map[time.Time]executor.Status{
		time.Now():                       {Phase: executor.Waiting},
		time.Now().Add(-2 * time.Minute): {Phase: executor.Exited, Outcome: godocker.NodeLost, Reason: "its pod is gone, and nobody knows how it ended"},
	} {
		at := oneJob(t, fmt.Sprintf(`{"kind":"Job","apiVersion":"batch/v1","metadata":{"name":"a","uid":"0123456789","creationTimestamp":%q}}`, made.UTC().Format(time.RFC3339)), &none, &none)
		e := engine(t, func(c *kubernetes.Config) { *c = kubernetes.Config{Server: at} })
		want.Handle = "a"
		if got := inspect(t, e, "a"); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}
