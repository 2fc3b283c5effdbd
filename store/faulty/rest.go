package faulty

import (
	"context"
	"time"

	"godocker"
	"godocker/store"
)

func (f *faulty) Ping(ctx context.Context) error {
	return f.do("Ping", func() error { return f.Store.Ping(ctx) })
}

func (f *faulty) Events(ctx context.Context, after int64, limit int) ([]godocker.Event, error) {
	return get(f, "Events", func() ([]godocker.Event, error) { return f.Store.Events(ctx, after, limit) })
}

func (f *faulty) TaskEvents(ctx context.Context, id int64) ([]godocker.Event, error) {
	return get(f, "TaskEvents", func() ([]godocker.Event, error) { return f.Store.TaskEvents(ctx, id) })
}

func (f *faulty) LastEvent(ctx context.Context) (int64, error) {
	return get(f, "LastEvent", func() (int64, error) { return f.Store.LastEvent(ctx) })
}

func (f *faulty) Release(ctx context.Context, l godocker.Lease) error {
	return f.do("Release", func() error { return f.Store.Release(ctx, l) })
}

func (f *faulty) Uncounted(ctx context.Context, after int64, limit int) ([]godocker.Task, error) {
	return get(f, "Uncounted", func() ([]godocker.Task, error) { return f.Store.Uncounted(ctx, after, limit) })
}

func (f *faulty) Counted(ctx context.Context, fs []store.Folder) error {
	return f.do("Counted", func() error { return f.Store.Counted(ctx, fs) })
}

func (f *faulty) CreateUser(ctx context.Context, u godocker.User) error {
	return f.do("CreateUser", func() error { return f.Store.CreateUser(ctx, u) })
}

func (f *faulty) User(ctx context.Context, id string) (godocker.User, error) {
	return get(f, "User", func() (godocker.User, error) { return f.Store.User(ctx, id) })
}

func (f *faulty) ListUsers(ctx context.Context) ([]godocker.User, error) {
	return get(f, "ListUsers", func() ([]godocker.User, error) { return f.Store.ListUsers(ctx) })
}

func (f *faulty) UpdateUser(ctx context.Context, id string, change func(*godocker.User) error) (godocker.User, error) {
	return get(f, "UpdateUser", func() (godocker.User, error) { return f.Store.UpdateUser(ctx, id, change) })
}

func (f *faulty) DeleteUser(ctx context.Context, id string) error {
	return f.do("DeleteUser", func() error { return f.Store.DeleteUser(ctx, id) })
}

func (f *faulty) TouchUser(ctx context.Context, id string, at time.Time) error {
	return f.do("TouchUser", func() error { return f.Store.TouchUser(ctx, id, at) })
}

func (f *faulty) CreateKey(ctx context.Context, k godocker.Key) (int64, error) {
	return get(f, "CreateKey", func() (int64, error) { return f.Store.CreateKey(ctx, k) })
}

func (f *faulty) ListKeys(ctx context.Context, user string) ([]godocker.Key, error) {
	return get(f, "ListKeys", func() ([]godocker.Key, error) { return f.Store.ListKeys(ctx, user) })
}

func (f *faulty) DeleteKey(ctx context.Context, user string, id int64) error {
	return f.do("DeleteKey", func() error { return f.Store.DeleteKey(ctx, user, id) })
}

func (f *faulty) TouchKey(ctx context.Context, id int64, at time.Time) error {
	return f.do("TouchKey", func() error { return f.Store.TouchKey(ctx, id, at) })
}

func (f *faulty) CreateSession(ctx context.Context, n godocker.Session) error {
	return f.do("CreateSession", func() error { return f.Store.CreateSession(ctx, n) })
}

func (f *faulty) SessionByDigest(ctx context.Context, digest string) (n godocker.Session, u godocker.User, err error) {
	err = f.do("SessionByDigest", func() (err error) {
		n, u, err = f.Store.SessionByDigest(ctx, digest)
		return err
	})
	if err != nil {
		return godocker.Session{}, godocker.User{}, err
	}
	return n, u, nil
}

func (f *faulty) ListSessions(ctx context.Context, user string) ([]godocker.Session, error) {
	return get(f, "ListSessions", func() ([]godocker.Session, error) { return f.Store.ListSessions(ctx, user) })
}

func (f *faulty) DeleteSession(ctx context.Context, user, id string) error {
	return f.do("DeleteSession", func() error { return f.Store.DeleteSession(ctx, user, id) })
}

func (f *faulty) DeleteSessions(ctx context.Context, user string) error {
	return f.do("DeleteSessions", func() error { return f.Store.DeleteSessions(ctx, user) })
}

func (f *faulty) TouchSession(ctx context.Context, id string, at time.Time) error {
	return f.do("TouchSession", func() error { return f.Store.TouchSession(ctx, id, at) })
}

func (f *faulty) SavePass(ctx context.Context, k godocker.Pass, now time.Time) error {
	return f.do("SavePass", func() error { return f.Store.SavePass(ctx, k, now) })
}

func (f *faulty) Pass(ctx context.Context, kind godocker.PassKind, digest string) (godocker.Pass, error) {
	return get(f, "Pass", func() (godocker.Pass, error) { return f.Store.Pass(ctx, kind, digest) })
}

func (f *faulty) TakePass(ctx context.Context, kind godocker.PassKind, digest string) (godocker.Pass, error) {
	return get(f, "TakePass", func() (godocker.Pass, error) { return f.Store.TakePass(ctx, kind, digest) })
}

func (f *faulty) CreateProject(ctx context.Context, p godocker.Project) error {
	return f.do("CreateProject", func() error { return f.Store.CreateProject(ctx, p) })
}

func (f *faulty) Project(ctx context.Context, id string) (godocker.Project, error) {
	return get(f, "Project", func() (godocker.Project, error) { return f.Store.Project(ctx, id) })
}

func (f *faulty) ListProjects(ctx context.Context, member string) ([]godocker.Project, error) {
	return get(f, "ListProjects", func() ([]godocker.Project, error) { return f.Store.ListProjects(ctx, member) })
}

func (f *faulty) UpdateProject(ctx context.Context, id string, change func(*godocker.Project) error) (godocker.Project, error) {
	return get(f, "UpdateProject", func() (godocker.Project, error) { return f.Store.UpdateProject(ctx, id, change) })
}

func (f *faulty) DeleteProject(ctx context.Context, id string) error {
	return f.do("DeleteProject", func() error { return f.Store.DeleteProject(ctx, id) })
}

func (f *faulty) Usage(ctx context.Context, user, project string, from time.Time) ([]godocker.Usage, error) {
	return get(f, "Usage", func() ([]godocker.Usage, error) { return f.Store.Usage(ctx, user, project, from) })
}

func (f *faulty) ResetUsage(ctx context.Context, project string, from time.Time) error {
	return f.do("ResetUsage", func() error { return f.Store.ResetUsage(ctx, project, from) })
}

func (f *faulty) ResetUserUsage(ctx context.Context, user string, from time.Time) error {
	return f.do("ResetUserUsage", func() error { return f.Store.ResetUserUsage(ctx, user, from) })
}

func (f *faulty) KeyByDigest(ctx context.Context, digest string) (k godocker.Key, u godocker.User, err error) {
	err = f.do("KeyByDigest", func() (err error) {
		k, u, err = f.Store.KeyByDigest(ctx, digest)
		return err
	})
	if err != nil {
		return godocker.Key{}, godocker.User{}, err
	}
	return k, u, nil
}

func (f *faulty) KeyByID(ctx context.Context, id int64) (k godocker.Key, u godocker.User, err error) {
	err = f.do("KeyByID", func() (err error) {
		k, u, err = f.Store.KeyByID(ctx, id)
		return err
	})
	if err != nil {
		return godocker.Key{}, godocker.User{}, err
	}
	return k, u, nil
}

func (f *faulty) Acquire(ctx context.Context, name, holder string, now time.Time, ttl time.Duration) (l godocker.Lease, ok bool, err error) {
	err = f.do("Acquire", func() (err error) {
		l, ok, err = f.Store.Acquire(ctx, name, holder, now, ttl)
		return err
	})
	if err != nil {
		return godocker.Lease{}, false, err
	}
	return l, ok, nil
}

func (f *faulty) Arrays(ctx context.Context, ids []int64) ([]godocker.QueuedArray, error) {
	return get(f, "Arrays", func() ([]godocker.QueuedArray, error) { return f.Store.Arrays(ctx, ids) })
}

func (f *faulty) Elements(ctx context.Context, array, after int64, limit int) ([]godocker.Queued, error) {
	return get(f, "Elements", func() ([]godocker.Queued, error) { return f.Store.Elements(ctx, array, after, limit) })
}

func (f *faulty) Fates(ctx context.Context, ids []int64) (map[int64]godocker.Fate, error) {
	return get(f, "Fates", func() (map[int64]godocker.Fate, error) { return f.Store.Fates(ctx, ids) })
}

func (f *faulty) Cursor(ctx context.Context, name string) (int64, error) {
	return get(f, "Cursor", func() (int64, error) { return f.Store.Cursor(ctx, name) })
}

func (f *faulty) Advance(ctx context.Context, name string, seq int64) error {
	return f.do("Advance", func() error { return f.Store.Advance(ctx, name, seq) })
}

func (f *faulty) Reserve(ctx context.Context, r store.Reservation) ([]string, error) {
	return get(f, "Reserve", func() ([]string, error) { return f.Store.Reserve(ctx, r) })
}

func (f *faulty) Reserved(ctx context.Context) ([]store.Reserved, error) {
	return get(f, "Reserved", func() ([]store.Reserved, error) { return f.Store.Reserved(ctx) })
}

func (f *faulty) SaveReservation(ctx context.Context, now time.Time, r godocker.Reservation) (int64, error) {
	return get(f, "SaveReservation", func() (int64, error) { return f.Store.SaveReservation(ctx, now, r) })
}

func (f *faulty) DeleteReservation(ctx context.Context, now time.Time, id int64) error {
	return f.do("DeleteReservation", func() error { return f.Store.DeleteReservation(ctx, now, id) })
}

func (f *faulty) Reservations(ctx context.Context) ([]godocker.Reservation, error) {
	return get(f, "Reservations", func() ([]godocker.Reservation, error) { return f.Store.Reservations(ctx) })
}

func (f *faulty) Maintenance(ctx context.Context) (godocker.Maintenance, error) {
	return get(f, "Maintenance", func() (godocker.Maintenance, error) { return f.Store.Maintenance(ctx) })
}

func (f *faulty) SetMaintenance(ctx context.Context, m godocker.Maintenance) error {
	return f.do("SetMaintenance", func() error { return f.Store.SetMaintenance(ctx, m) })
}

func (f *faulty) Beat(ctx context.Context, p godocker.Process) error {
	return f.do("Beat", func() error { return f.Store.Beat(ctx, p) })
}

func (f *faulty) Leave(ctx context.Context, name string) error {
	return f.do("Leave", func() error { return f.Store.Leave(ctx, name) })
}

func (f *faulty) Processes(ctx context.Context) ([]godocker.Process, error) {
	return get(f, "Processes", func() ([]godocker.Process, error) { return f.Store.Processes(ctx) })
}

func (f *faulty) SaveLogin(ctx context.Context, l godocker.Login) error {
	return f.do("SaveLogin", func() error { return f.Store.SaveLogin(ctx, l) })
}

func (f *faulty) Logins(ctx context.Context, user string) ([]godocker.Login, error) {
	return get(f, "Logins", func() ([]godocker.Login, error) { return f.Store.Logins(ctx, user) })
}

func (f *faulty) DeleteLogin(ctx context.Context, user, registry string) error {
	return f.do("DeleteLogin", func() error { return f.Store.DeleteLogin(ctx, user, registry) })
}

func (f *faulty) Guard(ctx context.Context, repository string, on bool) error {
	return f.do("Guard", func() error { return f.Store.Guard(ctx, repository, on) })
}

func (f *faulty) Guarded(ctx context.Context, repository string) (bool, error) {
	return get(f, "Guarded", func() (bool, error) { return f.Store.Guarded(ctx, repository) })
}

func (f *faulty) Ask(ctx context.Context, now time.Time, q godocker.Question) (int64, error) {
	return get(f, "Ask", func() (int64, error) { return f.Store.Ask(ctx, now, q) })
}

func (f *faulty) Questions(ctx context.Context) ([]godocker.Question, error) {
	return get(f, "Questions", func() ([]godocker.Question, error) { return f.Store.Questions(ctx) })
}

func (f *faulty) Answer(ctx context.Context, now time.Time, id int64, a godocker.Answer) error {
	return f.do("Answer", func() error { return f.Store.Answer(ctx, now, id, a) })
}

func (f *faulty) Answered(ctx context.Context, id int64) (a godocker.Answer, known bool, err error) {
	err = f.do("Answered", func() error {
		a, known, err = f.Store.Answered(ctx, id)
		return err
	})
	return a, known, err
}

func (f *faulty) Estimate(ctx context.Context, es []godocker.Estimate) error {
	return f.do("Estimate", func() error { return f.Store.Estimate(ctx, es) })
}

func (f *faulty) Settle(ctx context.Context, before time.Time) error {
	return f.do("Settle", func() error { return f.Store.Settle(ctx, before) })
}

func (f *faulty) Score(ctx context.Context) (godocker.Score, error) {
	return get(f, "Score", func() (godocker.Score, error) { return f.Store.Score(ctx) })
}

func (f *faulty) Tally(ctx context.Context, now time.Time) (bool, error) {
	return get(f, "Tally", func() (bool, error) { return f.Store.Tally(ctx, now) })
}

func (f *faulty) Tallies(ctx context.Context, q store.TallyQuery) ([]store.Tally, error) {
	return get(f, "Tallies", func() ([]store.Tally, error) { return f.Store.Tallies(ctx, q) })
}

func (f *faulty) Levels(ctx context.Context, q store.TallyQuery) (waiting, running int, err error) {
	err = f.do("Levels", func() error {
		waiting, running, err = f.Store.Levels(ctx, q)
		return err
	})
	return waiting, running, err
}

func (f *faulty) Reasons(ctx context.Context, q store.TallyQuery, most int) ([]store.Reason, error) {
	return get(f, "Reasons", func() ([]store.Reason, error) { return f.Store.Reasons(ctx, q, most) })
}

func (f *faulty) ForgetTallies(ctx context.Context, before time.Time) error {
	return f.do("ForgetTallies", func() error { return f.Store.ForgetTallies(ctx, before) })
}

func (f *faulty) Record(ctx context.Context, as []store.Act) error {
	return f.do("Record", func() error { return f.Store.Record(ctx, as) })
}

func (f *faulty) Acts(ctx context.Context, q store.ActQuery) ([]store.Act, error) {
	return get(f, "Acts", func() ([]store.Act, error) { return f.Store.Acts(ctx, q) })
}

func (f *faulty) ForgetActs(ctx context.Context, before time.Time, most int) error {
	return f.do("ForgetActs", func() error { return f.Store.ForgetActs(ctx, before, most) })
}
