// Package faulty wraps a store so that chosen calls fail, before or after they took
// effect. A failure after the effect is what a caller sees whose answer got lost.
// It is for tests.
package faulty

import (
	"sync"

	"godocker/store"
)

// A Call is one moment of one call.
type Call struct {
	Method string // such as "Claim"
	N      int    // how often the method was called so far, from 1
	After  bool   // the call took effect; an error now loses the answer
}

// A Hook is asked twice about each call: before it, and after it if it succeeded.
// Its error becomes that of the call. It may be called concurrently.
type Hook func(Call) error

// Wrap returns a store that asks the hook about every method but Changed and Close.
func Wrap(s store.Store, hook Hook) store.Store {
	return &faulty{Store: s, hook: hook, calls: map[string]int{}}
}

// Once returns a hook that fails one call: the n-th of a method, from 1.
func Once(method string, n int, after bool, err error) Hook {
	return func(c Call) error {
		if c == (Call{method, n, after}) {
			return err
		}
		return nil
	}
}

type faulty struct {
	store.Store // for Changed and Close
	hook        Hook
	mu          sync.Mutex
	calls       map[string]int
}

func (f *faulty) begin(method string) Call {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls[method]++
	return Call{Method: method, N: f.calls[method]}
}

// do makes a call with the hook before and after it.
func (f *faulty) do(method string, call func() error) error {
	c := f.begin(method)
	if err := f.hook(c); err != nil {
		return err
	}
	if err := call(); err != nil {
		return err
	}
	c.After = true
	return f.hook(c)
}

// get is do for calls that return something; a lost answer is the zero value.
func get[T any](f *faulty, method string, call func() (T, error)) (T, error) {
	var v, none T
	err := f.do(method, func() (err error) {
		v, err = call()
		return err
	})
	if err != nil {
		return none, err
	}
	return v, nil
}
