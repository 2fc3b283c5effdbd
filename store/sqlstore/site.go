package sqlstore

import (
	"context"

	"godocker"
)

// Maintenance returns whether the installation is in maintenance.
func (s *Store) Maintenance(ctx context.Context) (m godocker.Maintenance, err error) {
	err = s.read(ctx, func(q querier) error {
		var changed int64
		_, err := one(q, `SELECT maintenance, reason, changed_by, changed FROM site WHERE id = 1`, nil, &m.On, &m.Reason, &m.By, &changed)
		m.Changed = fromMicros(changed)
		return err
	})
	return m, err
}

// SetMaintenance switches maintenance on or off.
func (s *Store) SetMaintenance(ctx context.Context, m godocker.Maintenance) error {
	return s.write(ctx, func(t *txn) error {
		return t.exec(`UPDATE site SET maintenance = ?, reason = ?, changed_by = ?, changed = ? WHERE id = 1`, number(m.On), m.Reason, m.By, micros(m.Changed))
	})
}

// Beat records that a process is at work.
func (s *Store) Beat(ctx context.Context, p godocker.Process) error {
	return s.write(ctx, func(t *txn) error {
		return t.exec(`INSERT INTO processes (name, host, pid, roles, version, started, seen) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (name) DO UPDATE SET host = excluded.host, pid = excluded.pid, roles = excluded.roles, version = excluded.version,
			started = excluded.started, seen = excluded.seen`,
			p.Name, p.Host, p.PID, toJSON(p.Roles), p.Version, micros(p.Started), micros(p.Seen))
	})
}

// Leave forgets a process that ends.
func (s *Store) Leave(ctx context.Context, name string) error {
	return s.write(ctx, func(t *txn) error { return t.exec(`DELETE FROM processes WHERE name = ?`, name) })
}

// Processes returns all processes that did not leave, by name.
func (s *Store) Processes(ctx context.Context) (ps []godocker.Process, err error) {
	err = s.read(ctx, func(q querier) error {
		ps = nil
		return q.query(`SELECT name, host, pid, roles, version, started, seen FROM processes ORDER BY name`, nil, func(scan func(...any) error) error {
			var p godocker.Process
			var roles string
			var started, seen int64
			if err := scan(&p.Name, &p.Host, &p.PID, &roles, &p.Version, &started, &seen); err != nil {
				return err
			}
			p.Started, p.Seen = fromMicros(started), fromMicros(seen)
			ps = append(ps, p)
			return fromJSON(roles, &ps[len(ps)-1].Roles)
		})
	})
	return ps, err
}
