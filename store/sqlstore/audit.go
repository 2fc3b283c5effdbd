package sqlstore

import (
	"context"
	"math"
	"strings"
	"time"

	"godocker/store"
)

var insertActs = insertInto("audit", "", "id", "at", "who", "door", "address", "action", "object", "detail", "refused")

// Record adds acts. Their numbers have no gaps.
func (s *Store) Record(ctx context.Context, as []store.Act) error {
	if len(as) == 0 {
		return nil
	}
	return s.write(ctx, func(t *txn) error {
		var last int64
		if _, err := one(t, `UPDATE counters SET audit = audit + ? WHERE id = 1 RETURNING audit`, []any{len(as)}, &last); err != nil {
			return err
		}
		t.wrote = true
		var args []any
		for i, a := range as {
			args = append(args, last-int64(len(as)-i-1), micros(a.At), a.Who, a.Door, a.Address, a.Action, a.Object, a.Detail, a.Refused)
		}
		return insertActs.do(t, args)
	})
}

// Acts returns acts, newest first.
func (s *Store) Acts(ctx context.Context, q store.ActQuery) ([]store.Act, error) {
	f := actFilter(q)
	limit := int64(math.MaxInt64)
	if q.Limit > 0 {
		limit = int64(q.Limit)
	}
	var as []store.Act
	err := s.scan(ctx, func(r querier) error {
		as = nil
		return r.query(`SELECT id, at, who, door, address, action, object, detail, refused FROM audit `+f.where()+`ORDER BY id DESC LIMIT ?`,
			append(f.args, limit), func(scan func(...any) error) error {
				var a store.Act
				var at int64
				err := scan(&a.ID, &at, &a.Who, &a.Door, &a.Address, &a.Action, &a.Object, &a.Detail, &a.Refused)
				a.At = fromMicros(at)
				as = append(as, a)
				return err
			})
	})
	return as, err
}

func actFilter(q store.ActQuery) *filter {
	f := &filter{}
	if q.Who != "" {
		f.add("who = ?", q.Who)
	}
	switch {
	case strings.HasSuffix(q.Action, "."):
		f.add("action >= ? AND action < ?", q.Action, strings.TrimSuffix(q.Action, ".")+"/") // which follows the dot
	case q.Action != "":
		f.add("action = ?", q.Action)
	}
	if q.Object != "" {
		f.add("object = ?", q.Object)
	}
	if q.Text != "" {
		words := "lower(object || ' ' || detail || ' ' || refused)"
		f.add("replace("+words+", ?, '') <> "+words, strings.ToLower(q.Text))
	}
	if !q.From.IsZero() {
		f.add("at >= ?", micros(q.From))
	}
	if !q.Until.IsZero() {
		f.add("at < ?", micros(q.Until))
	}
	if q.Refused {
		f.add("refused <> ''")
	}
	if q.Before > 0 {
		f.add("id < ?", q.Before)
	}
	return f
}

// ForgetActs removes what is too old and too much.
func (s *Store) ForgetActs(ctx context.Context, before time.Time, most int) error {
	return s.write(ctx, func(t *txn) error {
		if err := t.exec(`DELETE FROM audit WHERE at < ?`, micros(before)); err != nil {
			return err
		}
		return t.exec(`DELETE FROM audit WHERE id <= (SELECT audit FROM counters WHERE id = 1) - ?`, most)
	})
}
