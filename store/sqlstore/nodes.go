package sqlstore

import (
	"context"
	"errors"
	"strconv"
	"time"

	"godocker"
)

var insertNodeReservation = insertInto("node_reservations", ` ON CONFLICT (id) DO UPDATE SET executor = excluded.executor, nodes = excluded.nodes,
	whom = excluded.whom, begins = excluded.begins, ends = excluded.ends, reason = excluded.reason, made_by = excluded.made_by, created = excluded.created`,
	"id", "executor", "nodes", "whom", "begins", "ends", "reason", "made_by", "created")

// SaveReservation adds a reservation of nodes, or replaces one.
func (s *Store) SaveReservation(ctx context.Context, now time.Time, r godocker.Reservation) (id int64, err error) {
	err = s.write(ctx, func(t *txn) error {
		if id = r.ID; id == 0 {
			if _, err := one(t, `UPDATE counters SET node_reservation = node_reservation + 1 WHERE id = 1 RETURNING node_reservation`, nil, &id); err != nil {
				return err
			}
		} else if found, err := one(t, `SELECT id FROM node_reservations WHERE id = ?`+t.d.forUpdate, []any{id}, new(int64)); err != nil || !found {
			return noReservation(id, err)
		}
		if err := t.exec(`DELETE FROM node_reservations WHERE ends > 0 AND ends <= ? AND id <> ?`, micros(now), id); err != nil {
			return err
		}
		t.nodesChanged(now, id)
		return insertNodeReservation.do(t, []any{id, r.Executor, toJSON(r.Nodes), toJSON(r.For), micros(r.From), micros(r.To), r.Reason, r.By, micros(r.Created)})
	})
	return id, err
}

// DeleteReservation removes a reservation of nodes.
func (s *Store) DeleteReservation(ctx context.Context, now time.Time, id int64) error {
	return s.write(ctx, func(t *txn) error {
		n, err := t.change(`DELETE FROM node_reservations WHERE id = ?`, id)
		if err != nil || n == 0 {
			return noReservation(id, err)
		}
		t.nodesChanged(now, id)
		return nil
	})
}

func noReservation(id int64, err error) error {
	if err == nil {
		err = godocker.Errorf(godocker.NotFound, "there is no reservation %d", id)
	}
	return err
}

// nodesChanged writes the event of a change.
func (t *txn) nodesChanged(now time.Time, id int64) {
	t.event(godocker.Event{At: now, Kind: godocker.EventReserved, Text: strconv.FormatInt(id, 10)})
}

// Reservations returns the reservations of nodes by id.
func (s *Store) Reservations(ctx context.Context) (rs []godocker.Reservation, err error) {
	err = s.read(ctx, func(q querier) error {
		rs = nil
		return q.query(`SELECT id, executor, nodes, whom, begins, ends, reason, made_by, created FROM node_reservations ORDER BY id`, nil,
			func(scan func(...any) error) error {
				var r godocker.Reservation
				var nodes, whom string
				var from, to, created int64
				if err := scan(&r.ID, &r.Executor, &nodes, &whom, &from, &to, &r.Reason, &r.By, &created); err != nil {
					return err
				}
				r.From, r.To, r.Created = fromMicros(from), fromMicros(to), fromMicros(created)
				err := errors.Join(fromJSON(nodes, &r.Nodes), fromJSON(whom, &r.For))
				rs = append(rs, r)
				return err
			})
	})
	return rs, err
}
