package store

import (
	"context"
	"time"

	"godocker"
)

// Queues is what the scheduler asks about what waits and what is held.
type Queues interface {
	// Queue returns the tasks in the given states, by ascending id, above
	// after, at most limit (0 = all). With ids, only those. Arrays are not among them, and their waiting elements only
	// if named in ids.
	Queue(ctx context.Context, states []godocker.State, ids []int64, after int64, limit int) ([]godocker.Queued, error)

	// Arrays returns the arrays that have elements waiting, by ascending id.
	// With ids, only those.
	Arrays(ctx context.Context, ids []int64) ([]godocker.QueuedArray, error)

	// Elements returns waiting elements of an array with ids above after, by
	// ascending id, at most limit.
	Elements(ctx context.Context, array, after int64, limit int) ([]godocker.Queued, error)

	// Fates returns what became so far of those of the tasks that exist.
	Fates(ctx context.Context, ids []int64) (map[int64]godocker.Fate, error)

	// Pasts returns how long the newest runs of tasks of each likeness took, the
	// newest last, at most MostPasts, without the time that they were suspended.
	// Only runs count that ended by themselves. Likenesses without any are
	// missing.
	Pasts(ctx context.Context, likenesses []int64) (map[int64][]time.Duration, error)
}

// A Note is what a task is doing or waiting for, in words.
type Note struct {
	ID   int64
	Text string
}

// A Grant answers a wish about a task.
type Grant struct {
	ID        int64
	Kind      godocker.WishKind
	State     godocker.State // that the task must be in
	Refusal   string         // why not; "" = it is done
	Suspended bool           // becomes the task's suspension
}

// Questions are asked at any door and answered by the leader. They are kept for a minute.
type Questions interface {
	// Ask stores a question and writes an EventAsked.
	Ask(ctx context.Context, now time.Time, q godocker.Question) (id int64, err error)

	// Questions returns those without an answer by id.
	Questions(ctx context.Context) ([]godocker.Question, error)

	// Answer stores the first answer to a question and writes an EventAnswered. A
	// question that is gone is passed over.
	Answer(ctx context.Context, now time.Time, id int64, a godocker.Answer) error

	// Answered returns the answer, if there is one.
	Answered(ctx context.Context, id int64) (a godocker.Answer, known bool, err error)

	// Estimate keeps when tasks were said to start, of each the first.
	Estimate(ctx context.Context, es []godocker.Estimate) error

	// Settle looks which of the tasks have started, and forgets estimates of those
	// that were over before, and estimates made before a time.
	Settle(ctx context.Context, before time.Time) error

	// Score says how estimates turned out of tasks that have started.
	Score(ctx context.Context) (godocker.Score, error)
}
