package kubernetes

import (
	"fmt"
	"strings"
	"sync"

	core "k8s.io/api/core/v1"
)

// eventStore keeps the engine's last warning about the pod of each Job that somebody
// waits for, and no other.
type eventStore struct {
	mu   sync.Mutex
	told map[string]*warning // by Job
	wake func(job string)
}

// A warning is what the engine complains of.
type warning struct {
	reason, text string
	followers    int
}

func newEventStore() *eventStore { return &eventStore{told: map[string]*warning{}} }

// follow keeps the warnings about the pod of a Job until it is left.
func (s *eventStore) follow(job string) (last func() (reason, text string), leave func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.told[job]
	if w == nil {
		w = &warning{}
		s.told[job] = w
	}
	w.followers++
	last = func() (string, string) {
		s.mu.Lock()
		defer s.mu.Unlock()
		return w.reason, w.text
	}
	return last, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if w.followers--; w.followers == 0 {
			delete(s.told, job)
		}
	}
}

// jobOf is the name of the Job that a pod is of.
func jobOf(pod string) string {
	return pod[:max(0, strings.LastIndexByte(pod, '-'))]
}

// The methods of a store that a reflector fills.

func (s *eventStore) Add(obj any) error { return s.Update(obj) }

func (s *eventStore) Update(obj any) error {
	v, ok := obj.(*core.Event)
	if !ok {
		return fmt.Errorf("kubernetes: an event is %T", obj)
	}
	job := jobOf(v.InvolvedObject.Name)
	s.mu.Lock()
	w := s.told[job]
	if w != nil {
		w.reason, w.text = v.Reason, v.Message
	}
	s.mu.Unlock()
	if w != nil {
		s.wake(job)
	}
	return nil
}

func (s *eventStore) Delete(any) error { return nil }

func (s *eventStore) Replace(objs []any, _ string) error {
	for _, obj := range objs {
		if err := s.Update(obj); err != nil {
			return err
		}
	}
	return nil
}

func (s *eventStore) Resync() error { return nil }
