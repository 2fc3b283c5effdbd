package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"

	"godocker"
)

// coded gives an error of the database its code and keeps one that has a code.
func coded(err error) error {
	if _, ok := errors.AsType[*godocker.Error](err); ok || err == nil {
		return err
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if away(err) || busy(err) {
		return godocker.Errorf(godocker.Unavailable, "the database does not answer: %w", err)
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok && e.Code()&0xff == sqlitelib.SQLITE_FULL {
		return godocker.Errorf(godocker.Unavailable, "the disk of the database is full: %w", err)
	}
	return godocker.Errorf(godocker.Internal, "the database failed: %w", err)
}

// busy reports whether the same transaction may well succeed the next time: it
// met another one, and nothing of it was kept.
func busy(err error) bool {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code == "40001" || e.Code == "40P01" || e.Code == "55P03"
	}
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && (e.Code()&0xff == sqlitelib.SQLITE_BUSY || e.Code()&0xff == sqlitelib.SQLITE_LOCKED)
}

// away reports whether the database could not be reached, is starting or
// stopping, or is not the one that accepts writes.
func away(err error) bool {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch {
		case strings.HasPrefix(e.Code, "08"), strings.HasPrefix(e.Code, "57P"), e.Code == "25006", e.Code == "53300":
			return true
		}
		return false
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[net.Error](err); ok && !errors.Is(err, context.Canceled) {
		return true
	}
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || pgconn.SafeToRetry(err)
}

func noTask(id int64) error { return godocker.Errorf(godocker.NotFound, "there is no task %d", id) }

var errClosed = godocker.Errorf(godocker.Unavailable, "the database is being closed")
