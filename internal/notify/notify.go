// Package notify tells owners by e-mail what becomes of their tasks, where they
// asked for it, and that an interactive one is idle, in any case. It follows the events from where it stopped, so that a restart loses
// no mail; a crash between a mail and its note may send that one again, under the
// same Message-ID.
package notify

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"godocker"
	"godocker/internal/lease"
	"godocker/internal/live"
	"godocker/internal/loop"
	"godocker/store"
)

// Store is what the room needs of the store.
type Store interface {
	store.Tasks
	store.Events
	store.Cursors
}

// A Message is one e-mail.
type Message struct {
	ID      string // tells it from others, and stays the same if it is sent again
	To      string
	Subject string
	Body    string
}

// A Sender hands messages over. An error that is Permanent is not tried again.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// A Room sends. Run it once; only the process with the lease does the work.
type Room struct {
	Store   Store
	Hub     *live.Hub
	Lease   *lease.Keeper
	Sender  Sender
	Cluster string
	Log     *slog.Logger
}

const cursor = "notify"

// Run sends until ctx is done.
func (r *Room) Run(ctx context.Context) {
	wake := r.Hub.Signal(func(e godocker.Event) bool { return isNews(e) || isIdle(e) })
	r.Lease.Won = func() {
		select {
		case wake <- struct{}{}:
		default:
		}
	}
	var wg sync.WaitGroup
	wg.Go(func() { r.Lease.Run(ctx) })
	loop.Loop{Name: "notify", Wake: wake, Tick: 30 * time.Second, Log: r.Log}.Run(ctx, r.step)
	wg.Wait()
}

// step deals with the next events.
func (r *Room) step(ctx context.Context) (bool, error) {
	if _, ok := r.Lease.Current(time.Now()); !ok {
		return false, nil
	}
	seq, err := r.Store.Cursor(ctx, cursor)
	if err != nil {
		return false, err
	}
	if seq == 0 { // what happened before mail was set up is not news
		last, err := r.Store.LastEvent(ctx)
		if err != nil || last == 0 {
			return false, err
		}
		return false, r.Store.Advance(ctx, cursor, last)
	}
	events, err := r.Hub.Events(ctx, seq)
	if err != nil || len(events) == 0 {
		return false, err
	}
	if err := r.tell(ctx, events); err != nil {
		return false, err
	}
	return true, r.Store.Advance(ctx, cursor, events[len(events)-1].Seq)
}

// tell sends a mail for each event that its owner wants to hear of.
func (r *Room) tell(ctx context.Context, events []godocker.Event) error {
	var news []godocker.Event
	var ids []int64
	for _, e := range events {
		if isNews(e) || isIdle(e) {
			news, ids = append(news, e), append(ids, e.TaskID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	tasks, err := r.Store.List(ctx, store.Query{IDs: ids, Whole: true})
	if err != nil {
		return err
	}
	wanted := map[int64]*godocker.Task{}
	for i := range tasks {
		if t := &tasks[i]; t.User.Email != "" {
			wanted[t.ID] = t
		}
	}
	for _, e := range news {
		if t := wanted[e.TaskID]; t != nil && (t.Notify.Email || isIdle(e)) {
			if err := r.send(ctx, t, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// send sends one mail and takes note, so that a failure of the next one does not
// send this one twice.
func (r *Room) send(ctx context.Context, t *godocker.Task, e godocker.Event) error {
	err := r.Sender.Send(ctx, message(r.Cluster, t, e))
	if IsPermanent(err) {
		r.Log.Warn("a mail was refused for good", "task", t.ID, "error", err)
		err = nil
	}
	if err != nil {
		return fmt.Errorf("mail about task %d: %w", t.ID, err)
	}
	return r.Store.Advance(ctx, cursor, e.Seq)
}

// isNews reports whether an event is one that owners may ask to hear of.
func isNews(e godocker.Event) bool {
	return e.Kind == godocker.EventMoved && (e.To == godocker.Running || e.To == godocker.Over)
}

// message is what clients of the original know: its texts are kept to the letter.
func message(cluster string, t *godocker.Task, e godocker.Event) Message {
	if isIdle(e) {
		return idleMessage(cluster, t, e)
	}
	primary, secondary := e.To.Primary(), ""
	if e.To.Final() {
		secondary, _ = t.Secondary()
	}
	return Message{
		ID: fmt.Sprintf("%d.%d@%s.godocker", t.ID, e.Seq, cluster), To: t.User.Email,
		Subject: fmt.Sprintf("Task %d: %s", t.ID, primary),
		Body:    fmt.Sprintf("Task %d(%s) switched to status %s/%s", t.ID, t.Meta.Name, primary, secondary),
	}
}
