package fake

import "godocker/executor"

// A listener is one call of Ends. Ends are queued without limit, so that a slow
// listener never holds the cluster up.
type listener struct {
	cluster string
	queue   []executor.Handle
	wake    chan struct{} // holds one token while the queue may have something
}

func (c *Cluster) tell(cluster string, h executor.Handle) {
	for l := range c.listeners {
		if l.cluster != cluster {
			continue
		}
		l.queue = append(l.queue, h)
		select {
		case l.wake <- struct{}{}:
		default:
		}
	}
}

// told takes what is queued.
func (c *Cluster) told(l *listener) []executor.Handle {
	c.mu.Lock()
	defer c.mu.Unlock()
	q := l.queue
	l.queue = nil
	return q
}

func (c *Cluster) forget(l *listener) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.listeners, l)
}
