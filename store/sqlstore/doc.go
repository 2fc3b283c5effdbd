// Package sqlstore keeps everything in SQLite or PostgreSQL, with one SQL text for
// both. It implements store.Store.
//
// # Writing
//
// Every change is a step: a function that runs inside a transaction. Steps go
// through a queue to a writer (one for SQLite, a few for PostgreSQL), which puts
// all that wait into one transaction and commits once, so that many callers share
// one write to the disk. A step that fails before it wrote anything just fails; one
// that fails later makes the writer roll back and run each step by itself.
//
// A step locks the rows it means to change, compares state and attempt in Go, and
// writes. Its events are kept until the end of the transaction. Only then the one
// row of counters is updated, which numbers new tasks and events and counts the
// tasks in each state. As that row is locked until the commit, the numbers follow
// the order of the commits and have no gaps.
//
// # Failures
//
// SQLite has one writer at a time; BEGIN IMMEDIATE waits for it. On PostgreSQL a
// lost connection, a failover, a deadlock or a serialization failure makes the
// writer run the whole transaction again, for a bounded time with growing pauses.
// When the answer to a COMMIT is lost, the writer first asks whether it happened:
// each transaction leaves its number in the writer's own row of the table writers,
// and asking locks that row, so a commit that is still under way is waited for.
// Nothing is ever done twice.
package sqlstore
