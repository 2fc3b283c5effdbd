package sqlstore

import (
	"context"
	"slices"
	"time"

	"godocker"
)

const userColumns = `users.id, uid, gid, groups_json, email, home, admin, active, guest, source, public_key, password_hash, priority, quota,
	disk_used, users.created, last_seen`

func scanUser(scan func(...any) error, more ...any) (godocker.User, error) {
	var u godocker.User
	var groups, quota string
	var created, seen int64
	err := scan(append(more, &u.ID, &u.UID, &u.GID, &groups, &u.Email, &u.Home, &u.Admin, &u.Active, &u.Guest, &u.Source, &u.PublicKey,
		&u.PasswordHash, &u.Priority, &quota, &u.DiskUsed, &created, &seen)...)
	if err != nil {
		return u, err
	}
	u.Created, u.LastSeen = fromMicros(created), fromMicros(seen)
	if err := fromJSON(groups, &u.Groups); err != nil {
		return u, err
	}
	return u, fromJSON(quota, &u.Quota)
}

func userArgs(u *godocker.User) []any {
	return []any{u.ID, u.UID, u.GID, toJSON(u.Groups), u.Email, u.Home, number(u.Admin), number(u.Active), number(u.Guest), u.Source,
		u.PublicKey, u.PasswordHash, u.Priority, quotaJSON(u.Quota), u.DiskUsed, micros(u.Created), micros(u.LastSeen)}
}

func queryUsers(q querier, tail string, args ...any) ([]godocker.User, error) {
	var us []godocker.User
	err := q.query(`SELECT `+userColumns+` FROM users `+tail, args, func(scan func(...any) error) error {
		u, err := scanUser(scan)
		us = append(us, u)
		return err
	})
	return us, err
}

func oneUser(q querier, id, tail string) (godocker.User, error) {
	us, err := queryUsers(q, `WHERE id = ?`+tail, id)
	if err != nil || len(us) > 0 {
		return append(us, godocker.User{})[0], err
	}
	return godocker.User{}, godocker.Errorf(godocker.NotFound, "there is no user %s", id)
}

// CreateUser adds a user.
func (s *Store) CreateUser(ctx context.Context, u godocker.User) error {
	return s.write(ctx, func(t *txn) (err error) {
		if err := noOther(t, &u); err != nil {
			return err
		}
		if u.DiskUsed, err = t.diskOf(payer{"users", u.ID}); err != nil {
			return err
		}
		n, err := t.change(`INSERT INTO users VALUES (`+list(17)+`) ON CONFLICT (id) DO NOTHING`, userArgs(&u)...)
		if err == nil && n == 0 {
			err = godocker.Errorf(godocker.Conflict, "there is a user %s already", u.ID)
		}
		return err
	})
}

// noOther refuses a user to whom the tasks of another would fall, who had that name.
func noOther(q querier, u *godocker.User) error {
	return q.query(`SELECT j.spec FROM tasks t JOIN jobs j ON j.id = t.job WHERE t.user_id = ? ORDER BY t.id DESC LIMIT 1`, []any{u.ID}, func(scan func(...any) error) error {
		var text []byte
		var last godocker.Task
		if err := scan(&text); err != nil {
			return err
		}
		if err := decodeSpec(text, &last); err != nil {
			return err
		}
		if was := last.User.UID; was != u.UID {
			return godocker.Errorf(godocker.Conflict, "there are tasks of an earlier %s, whose uid was %d and not %d: take another name, or let an administrator remove those tasks first", u.ID, was, u.UID)
		}
		return nil
	})
}

// User returns one user.
func (s *Store) User(ctx context.Context, id string) (u godocker.User, err error) {
	err = s.read(ctx, func(q querier) (err error) {
		u, err = oneUser(q, id, "")
		return err
	})
	return u, err
}

// ListUsers returns all users by id.
func (s *Store) ListUsers(ctx context.Context) (us []godocker.User, err error) {
	err = s.read(ctx, func(q querier) (err error) {
		us, err = queryUsers(q, `ORDER BY id`)
		return err
	})
	return us, err
}

// UpdateUser changes a user. The function may be called several times, each time
// with what is kept; it must be quick and must not call the store. Its error is
// returned and nothing is changed. The id stays.
func (s *Store) UpdateUser(ctx context.Context, id string, change func(*godocker.User) error) (u godocker.User, err error) {
	err = s.write(ctx, func(t *txn) error {
		if u, err = oneUser(t, id, t.d.forUpdate); err != nil {
			return err
		}
		was := u.Active
		if err := change(&u); err != nil {
			return err
		}
		u.ID = id
		if was != u.Active {
			h := holdTasks
			if u.Active {
				h = letTasksGo
			}
			if err := h.do(t, id, time.Now()); err != nil {
				return err
			}
		}
		if !u.Active {
			if err := endSessions(t, id); err != nil {
				return err
			}
		}
		return t.exec(`UPDATE users SET uid = ?, gid = ?, groups_json = ?, email = ?, home = ?, admin = ?, active = ?, guest = ?, source = ?,
			public_key = ?, password_hash = ?, priority = ?, quota = ?, disk_used = ?, created = ?, last_seen = ? WHERE id = ?`,
			append(userArgs(&u)[1:], id)...)
	})
	return u, err
}

// DeleteUser removes a user with the keys, sessions, logins, memberships and preferences; tasks and books stay.
func (s *Store) DeleteUser(ctx context.Context, id string) error {
	return s.write(ctx, func(t *txn) error {
		if _, err := oneUser(t, id, t.d.forUpdate); err != nil {
			return err
		}
		ps, err := queryProjects(t, `ORDER BY id`+t.d.forUpdate)
		if err != nil {
			return err
		}
		for _, p := range ps {
			if i := slices.Index(p.Members, id); i >= 0 {
				leaders := slices.DeleteFunc(p.Leaders, func(l string) bool { return l == id })
				if err := t.exec(`UPDATE projects SET members = ?, leaders = ? WHERE id = ?`, toJSON(slices.Delete(p.Members, i, i+1)), toJSON(leaders), p.ID); err != nil {
					return err
				}
			}
		}
		if err := t.exec(`DELETE FROM api_keys WHERE user_id = ?`, id); err != nil {
			return err
		}
		if err := endSessions(t, id); err != nil {
			return err
		}
		if err := t.exec(`DELETE FROM logins WHERE user_id = ?`, id); err != nil {
			return err
		}
		if err := leaveRecipes(t, id); err != nil {
			return err
		}
		if err := t.exec(`DELETE FROM preferences WHERE user_id = ?`, id); err != nil {
			return err
		}
		return t.exec(`DELETE FROM users WHERE id = ?`, id)
	})
}

// TouchUser records that somebody was let in, to the minute.
func (s *Store) TouchUser(ctx context.Context, id string, at time.Time) error {
	return s.write(ctx, func(t *txn) error {
		return t.exec(`UPDATE users SET last_seen = ? WHERE id = ? AND last_seen <= ?`, micros(at), id, micros(at.Add(-touchEvery)))
	})
}
