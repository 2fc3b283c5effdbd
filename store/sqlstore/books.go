package sqlstore

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"godocker"
)

// A page names a line of the books.
type page struct {
	day           int64
	user, project string
}

// books gathers what a step adds, so that each line is written once.
type books map[page]godocker.Usage

var addUsage = insertInto("books", ` ON CONFLICT (day, user_id, project) DO UPDATE SET tasks = books.tasks + excluded.tasks,
	cpu = books.cpu + excluded.cpu, ram = books.ram + excluded.ram, gpu = books.gpu + excluded.gpu, duration = books.duration + excluded.duration,
	nice_cpu = books.nice_cpu + excluded.nice_cpu, nice_ram = books.nice_ram + excluded.nice_ram, nice_gpu = books.nice_gpu + excluded.nice_gpu,
	nice_time = books.nice_time + excluded.nice_time`,
	"day", "user_id", "project", "tasks", "cpu", "ram", "gpu", "duration", "nice_cpu", "nice_ram", "nice_gpu", "nice_time")

// add takes the day, user and project from the task where the usage names none.
func (b books) add(u godocker.Usage, r *row, now time.Time) {
	if u.Tasks == 0 && u.CPU == 0 && u.RAM == 0 && u.GPU == 0 && u.Time == 0 {
		return
	}
	day := u.Day
	if day.IsZero() {
		day = now
	}
	p := page{dayOf(day), cmp.Or(u.User, r.user), cmp.Or(u.Project, r.project)}
	sum := b[p]
	sum.Add(u)
	b[p] = sum
}

// write adds in one order everywhere, so that two transactions do not wait for each
// other.
func (b books) write(t *txn) error {
	var args []any
	for _, p := range slices.SortedFunc(maps.Keys(b), func(x, y page) int {
		return cmp.Or(cmp.Compare(x.day, y.day), cmp.Compare(x.user, y.user), cmp.Compare(x.project, y.project))
	}) {
		u := b[p]
		args = append(args, p.day, p.user, p.project, u.Tasks, u.CPU, u.RAM, u.GPU, u.Time, u.Nice.CPU, u.Nice.RAM, u.Nice.GPU, u.Nice.Time)
	}
	return addUsage.do(t, args)
}

func dayOf(at time.Time) int64 { return micros(at.UTC().Truncate(24 * time.Hour)) }

// ResetUsage adds what the books of the project lack to nothing, day by day.
func (s *Store) ResetUsage(ctx context.Context, project string, from time.Time) error {
	return s.write(ctx, func(t *txn) error {
		var args []any
		err := t.query(`SELECT day, CAST(SUM(tasks) AS BIGINT), SUM(cpu), SUM(ram), SUM(gpu), SUM(duration),
			SUM(nice_cpu), SUM(nice_ram), SUM(nice_gpu), SUM(nice_time) FROM books
			WHERE project = ? AND day >= ? GROUP BY day ORDER BY day`, []any{project, dayOf(from)}, func(scan func(...any) error) error {
			var day int64
			var u godocker.Usage
			n := &u.Nice
			err := scan(&day, &u.Tasks, &u.CPU, &u.RAM, &u.GPU, &u.Time, &n.CPU, &n.RAM, &n.GPU, &n.Time)
			args = append(args, day, "", project, -u.Tasks, -u.CPU, -u.RAM, -u.GPU, -u.Time, -n.CPU, -n.RAM, -n.GPU, -n.Time)
			return err
		})
		if err != nil {
			return err
		}
		return addUsage.do(t, args)
	})
}

// ResetUserUsage moves the lines of the user to nobody, project by project.
func (s *Store) ResetUserUsage(ctx context.Context, user string, from time.Time) error {
	return s.write(ctx, func(t *txn) error {
		moved := books{}
		err := t.query(`SELECT day, project, tasks, cpu, ram, gpu, duration, nice_cpu, nice_ram, nice_gpu, nice_time FROM books
			WHERE user_id = ? AND day >= ?`, []any{user, dayOf(from)}, func(scan func(...any) error) error {
			var p page
			var u godocker.Usage
			n := &u.Nice
			err := scan(&p.day, &p.project, &u.Tasks, &u.CPU, &u.RAM, &u.GPU, &u.Time, &n.CPU, &n.RAM, &n.GPU, &n.Time)
			if u == (godocker.Usage{}) {
				return err
			}
			moved[p] = u
			p.user = user
			moved[p] = godocker.Usage{Tasks: -u.Tasks, CPU: -u.CPU, RAM: -u.RAM, GPU: -u.GPU, Time: -u.Time,
				Nice: godocker.Amounts{CPU: -n.CPU, RAM: -n.RAM, GPU: -n.GPU, Time: -n.Time}}
			return err
		})
		if err != nil {
			return err
		}
		return moved.write(t)
	})
}

// Usage returns the books from the day of from on.
func (s *Store) Usage(ctx context.Context, user, project string, from time.Time) ([]godocker.Usage, error) {
	f := &filter{}
	if !from.IsZero() {
		f.add("day >= ?", dayOf(from))
	}
	if user != "" {
		f.add("user_id = ?", user)
	}
	if project != "" {
		f.add("project = ?", project)
	}
	var us []godocker.Usage
	err := s.scan(ctx, func(q querier) error {
		us = nil
		return q.query(`SELECT day, user_id, project, tasks, cpu, ram, gpu, duration, nice_cpu, nice_ram, nice_gpu, nice_time FROM books `+f.where()+`ORDER BY day, user_id, project`, f.args,
			func(scan func(...any) error) error {
				var u godocker.Usage
				var day int64
				n := &u.Nice
				err := scan(&day, &u.User, &u.Project, &u.Tasks, &u.CPU, &u.RAM, &u.GPU, &u.Time, &n.CPU, &n.RAM, &n.GPU, &n.Time)
				u.Day = fromMicros(day)
				us = append(us, u)
				return err
			})
	})
	return us, err
}
