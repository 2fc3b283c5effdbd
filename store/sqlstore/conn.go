package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"time"
)

// longest is how long a transaction on a server may take; the greatest arrays take
// some seconds.
const longest = 2 * time.Minute

// limit bounds a transaction on a server; a file needs no bound, and contexts
// without one are cheaper.
func (s *Store) limit() (context.Context, context.CancelFunc) {
	if !s.d.doubtful {
		return context.Background(), func() {}
	}
	return context.WithTimeout(context.Background(), longest)
}

func (w *writer) connect(ctx context.Context) (err error) {
	if w.conn != nil {
		return nil
	}
	if w.conn, err = w.s.write1.Conn(ctx); err != nil {
		w.conn = nil
		return err
	}
	w.stmts = map[string]*sql.Stmt{}
	if err = w.introduce(ctx); err != nil {
		w.drop()
	}
	return err
}

// errForgotten means that the writer's row was removed, as it did nothing for long.
var errForgotten = fmt.Errorf("the writer must introduce itself again: %w", driver.ErrBadConn)

// introduce prepares a new connection. It makes the writer's row, in a transaction
// of its own: only the lock of a row that is there already can be waited for. Rows
// of writers that are long gone are removed.
func (w *writer) introduce(ctx context.Context) error {
	if !w.s.d.doubtful {
		return nil
	}
	if _, err := w.conn.ExecContext(ctx, w.s.d.session); err != nil {
		return err
	}
	now := time.Now()
	if _, err := w.conn.ExecContext(ctx, `DELETE FROM writers WHERE at < $1`, now.AddDate(0, 0, -7).UnixMicro()); err != nil {
		return err
	}
	_, err := w.conn.ExecContext(ctx, `INSERT INTO writers (name, step, at) VALUES ($1, 0, $2) ON CONFLICT (name) DO NOTHING`, w.name, now.UnixMicro())
	return err
}

// rollback leaves the connection ready for the next transaction, or leaves it.
func (w *writer) rollback(cause error) {
	if w.conn == nil {
		return
	}
	if _, err := w.conn.ExecContext(context.Background(), "ROLLBACK"); err != nil || cause != nil && away(cause) {
		w.drop()
	}
}

func (w *writer) drop() {
	if w.conn == nil {
		return
	}
	for _, st := range w.stmts {
		st.Close()
	}
	w.conn.Close()
	w.conn, w.stmts = nil, nil
}
