package kubernetes

import (
	"fmt"
	"sync"

	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"godocker/executor"
)

// podStore holds what is watched of pods, by Job, and tells of changes.
type podStore struct {
	mu     sync.Mutex
	byName map[string]*pod
	byJob  map[string]*pod
	ready  chan struct{} // closed when it holds all there are
	synced bool
	waits  map[string]map[chan struct{}]struct{} // by Job
	ends   map[*listener]struct{}
	given  map[types.UID]struct{} // up, and told so
}

// A listener is told of ends of a cluster's attempts.
type listener struct {
	cluster string
	end     func(executor.Handle)
}

func newPodStore() *podStore {
	return &podStore{byName: map[string]*pod{}, byJob: map[string]*pod{}, ready: make(chan struct{}),
		waits: map[string]map[chan struct{}]struct{}{}, ends: map[*listener]struct{}{}, given: map[types.UID]struct{}{}}
}

// of returns the pod of a Job, or nil. It is never changed.
func (s *podStore) of(job string) *pod {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byJob[job]
}

// wait returns a channel that is told when the pod of a Job changes, until it is left.
func (s *podStore) wait(job string) (changed chan struct{}, leave func()) {
	changed = make(chan struct{}, 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waits[job] == nil {
		s.waits[job] = map[chan struct{}]struct{}{}
	}
	s.waits[job][changed] = struct{}{}
	return changed, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if delete(s.waits[job], changed); len(s.waits[job]) == 0 {
			delete(s.waits, job)
		}
	}
}

func (s *podStore) wake(job string) {
	for c := range s.waits[job] {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// listen has ends told until it is left.
func (s *podStore) listen(l *listener) (leave func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ends[l] = struct{}{}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.ends, l)
	}
}

// put keeps a pod as it is now, nil being gone, and returns whom to tell of its end.
func (s *podStore) put(name string, p *pod) (handle executor.Handle, tell []*listener) {
	was := s.byName[name]
	if p == nil {
		delete(s.byName, name)
		if was != nil {
			delete(s.given, was.uid)
		}
	} else {
		s.byName[name] = p
	}
	of := p
	if of == nil {
		of = was
	}
	if of == nil {
		return "", nil
	}
	switch now := s.byJob[of.jobName]; {
	case p == nil && now == was:
		delete(s.byJob, of.jobName)
	case p != nil && (now == nil || now.uid == p.uid || now.job != p.job && p.created.After(now.created)):
		s.byJob[of.jobName] = p
	}
	s.wake(of.jobName)
	if !news(was, p) {
		return "", nil
	}
	return of.handle(), s.listeners(of)
}

func (s *podStore) listeners(of *pod) (all []*listener) {
	for l := range s.ends {
		if l.cluster == of.cluster {
			all = append(all, l)
		}
	}
	return all
}

// giveUp tells once of each pod that is lost with its node.
func (s *podStore) giveUp(lost func(*pod) bool) {
	told := map[executor.Handle][]*listener{}
	s.mu.Lock()
	for _, p := range s.byName {
		_, given := s.given[p.uid]
		switch now := lost(p); {
		case now && !given:
			s.given[p.uid] = struct{}{}
			told[p.handle()] = s.listeners(p)
		case !now && given:
			delete(s.given, p.uid)
		}
	}
	s.mu.Unlock()
	for h, all := range told {
		for _, l := range all {
			l.end(h)
		}
	}
}

// news reports whether a pod ended, is gone without that, or is just being taken from its node,
// which may be lost.
func news(was, p *pod) bool {
	if was == nil {
		was = &pod{}
	}
	if p == nil {
		return !was.ended()
	}
	return p.ended() && !was.ended() || p.disrupted != "" && was.disrupted == ""
}

func (s *podStore) change(name string, p *pod) {
	s.mu.Lock()
	h, tell := s.put(name, p)
	s.mu.Unlock()
	for _, l := range tell {
		l.end(h)
	}
}

// The methods of a store that a reflector fills.

func (s *podStore) Add(obj any) error { return s.Update(obj) }

func (s *podStore) Update(obj any) error {
	k, ok := obj.(*core.Pod)
	if !ok {
		return fmt.Errorf("kubernetes: a pod is %T", obj)
	}
	s.change(k.Name, podOf(k))
	return nil
}

func (s *podStore) Delete(obj any) error {
	if k, ok := obj.(*core.Pod); ok {
		s.change(k.Name, nil)
	}
	return nil
}

func (s *podStore) Replace(objs []any, _ string) error {
	seen := map[string]bool{}
	for _, obj := range objs {
		if k, ok := obj.(*core.Pod); ok {
			seen[k.Name] = true
			s.change(k.Name, podOf(k))
		}
	}
	s.mu.Lock()
	var gone []string
	for name := range s.byName {
		if !seen[name] {
			gone = append(gone, name)
		}
	}
	if !s.synced {
		s.synced = true
		close(s.ready)
	}
	s.mu.Unlock()
	for _, name := range gone {
		s.change(name, nil)
	}
	return nil
}

func (s *podStore) Resync() error { return nil }
