package sqlstore

import (
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
)

// A dialect is what the engines do not have in common.
type dialect struct {
	driver     string // of database/sql
	goose      goose.Dialect
	session    string // sent when a writer has connected
	begin      string
	forUpdate  string // ends a SELECT whose rows are locked
	skipLocked string // the same, passing over rows that others have locked
	notify     string // sent at the end of a transaction with events; "" = not needed
	writers    int    // transactions that one process runs at the same time
	numbered   bool   // placeholders are $1, $2 and not ?
	image      string // of a task j is the row of jobs of
	doubtful   bool   // the answer to a commit can be lost
	schema     *strings.Replacer
}

var sqliteDialect = dialect{
	driver:  "sqlite",
	goose:   goose.DialectSQLite3,
	begin:   "BEGIN IMMEDIATE",
	writers: 1,
	image:   `json_extract(j.spec, '$.container.image')`,
	schema: strings.NewReplacer(
		"BIGINT PRIMARY KEY", "INTEGER PRIMARY KEY", // which is the key of the table's tree
		"/* clustered */", "WITHOUT ROWID",
	),
}

var postgresDialect = dialect{
	driver: "pgx",
	goose:  goose.DialectPostgres,
	// Everything a writer does goes by keys, however small the planner still
	// thinks the tables are; and planning hundreds of rows anew is dear.
	session: `SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
		SET plan_cache_mode = force_generic_plan`,
	begin:      "BEGIN",
	forUpdate:  " FOR UPDATE",
	skipLocked: " FOR UPDATE SKIP LOCKED",
	notify:     "SELECT pg_notify('" + channel + "', '')",
	writers:    4,
	image:      `CAST(j.spec AS JSON) -> 'container' ->> 'image'`,
	numbered:   true,
	doubtful:   true,
	schema:     strings.NewReplacer(),
}

// channel is where PostgreSQL tells of new events.
const channel = "godocker_events"

// rebind turns the placeholders of a text, which are ?, into the engine's own. The
// texts have no question marks otherwise.
func (d *dialect) rebind(text string) string {
	if !d.numbered || !strings.Contains(text, "?") {
		return text
	}
	b := make([]byte, 0, len(text)+64)
	n := 0
	for i := range len(text) {
		if text[i] != '?' {
			b = append(b, text[i])
			continue
		}
		n++
		b = strconv.AppendInt(append(b, '$'), int64(n), 10)
	}
	return string(b)
}
