package sqlstore

import (
	"context"
	"strconv"
	"strings"
	"time"

	"godocker/store"
)

// tallied names how far the hours are written down, among the cursors.
const tallied = "tallies"

const hour = int64(time.Hour / time.Microsecond)

var tallySums = strings.Fields(`submitted started ended unstarted waited waits_1 waits_2 waits_3 waits_4 waits_5 waits_6
	duration cpu ram gpu cpu_known cpu_used ram_known ram_used`)

const tallyKey = `hour, user_id, project, image, tags, outcome`

// tallyPart counts tasks anew in the hours in which one thing happened to them: its
// time is in a column that has an index. Each sum is of one task.
type tallyPart struct {
	column, outcome string
	sums            map[string]string
}

const ran = `CASE WHEN x.started > 0 AND x.ended > x.started + x.paused THEN (x.ended - x.started - x.paused) / 1e6 ELSE 0 END`

var tallyParts = []tallyPart{
	{"submitted", `''`, map[string]string{"submitted": "1"}},
	{"started", `''`, startedSums()},
	{"finished", "x.outcome", map[string]string{
		"ended": "1", "unstarted": "CASE WHEN x.started > 0 THEN 0 ELSE 1 END",
		"duration": ran, "cpu": "x.cpu * " + ran, "ram": "x.ram * " + ran, "gpu": "x.gpus * " + ran,
		"cpu_known": "CASE WHEN x.cpu_seconds > 0 THEN x.cpu * " + ran + " ELSE 0 END", "cpu_used": "x.cpu_seconds",
		"ram_known": "CASE WHEN x.peak_ram > 0 THEN x.ram * " + ran + " ELSE 0 END", "ram_used": "x.peak_ram / 1073741824.0 * " + ran,
	}},
}

func startedSums() map[string]string {
	sums := map[string]string{"started": "1", "waited": "(x.started - x.submitted) / 1e6"}
	at := "x.started - x.submitted"
	names := []string{"waits_1", "waits_2", "waits_3", "waits_4", "waits_5"}
	below := ""
	for i, name := range names {
		bound := at + " < " + strconv.FormatInt(store.WaitBounds[i].Microseconds(), 10)
		sums[name] = "CASE WHEN " + bound + below + " THEN 1 ELSE 0 END"
		below = " AND NOT (" + bound + ")"
	}
	sums["waits_6"] = "CASE WHEN" + strings.TrimPrefix(below, " AND") + " THEN 1 ELSE 0 END"
	return sums
}

// text selects the part's counts of the tasks of a time, whose two ends are its
// arguments.
func (p tallyPart) text(d *dialect) string {
	at := "x." + p.column
	cols := []string{at + " - " + at + " % " + strconv.FormatInt(hour, 10) + " AS hour", "x.user_id", "x.project", "x.image", "x.tags", p.outcome + " AS outcome"}
	for _, name := range tallySums {
		if sum, ok := p.sums[name]; ok {
			cols = append(cols, d.sum(name, sum)+" AS "+name)
		} else {
			cols = append(cols, "0 AS "+name)
		}
	}
	return `SELECT ` + strings.Join(cols, ", ") + ` FROM (SELECT t.submitted, t.started, t.ended, t.finished, t.paused, t.outcome, t.cpu, t.ram, t.gpus,
		t.cpu_seconds, t.peak_ram, t.user_id, t.project, j.tags, COALESCE(` + d.image + `, '') AS image
		FROM tasks t JOIN jobs j ON j.id = t.job WHERE t.` + p.column + ` > 0 AND t.` + p.column + ` >= ? AND t.` + p.column + ` < ? AND t.elements = 0) AS x
		GROUP BY 1, 2, 3, 4, 5, 6`
}

// sum adds up, and keeps PostgreSQL from answering in a type of its own.
func (d *dialect) sum(name, what string) string {
	if counted(name) {
		return "CAST(SUM(" + what + ") AS BIGINT)"
	}
	return "SUM(CAST(" + what + " AS DOUBLE PRECISION))"
}

func counted(name string) bool {
	switch name {
	case "submitted", "started", "ended", "unstarted":
		return true
	}
	return strings.HasPrefix(name, "waits_")
}

// Tally writes down an hour that is over, the next in which anything happened. What an hour has may still change when
// it is over, as times are of the clocks of several processes; so it waits a little.
func (s *Store) Tally(ctx context.Context, now time.Time) (more bool, err error) {
	end := micros(now.Add(-settled))
	end -= end % hour
	err = s.write(ctx, func(t *txn) error {
		var from int64
		found, err := one(t, `SELECT seq FROM cursors WHERE name = ?`+t.d.forUpdate, []any{tallied}, &from)
		if err != nil {
			return err
		}
		if more = false; found && from >= end {
			return nil
		}
		next, err := t.firstSince(from)
		if err != nil {
			return err
		}
		until := end
		if next -= next % hour; next > 0 && next < end {
			until = next + hour // one at a time, as others want to write
			if err := t.tally(next, until); err != nil {
				return err
			}
		}
		more = until < end
		return t.exec(`INSERT INTO cursors (name, seq) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET seq = excluded.seq`, tallied, until)
	})
	return more, err
}

// settled is how long after its end an hour is written down.
const settled = 10 * time.Minute

// firstSince is the first moment since a time at which anything happened to a task.
func (t *txn) firstSince(from int64) (first int64, err error) {
	for _, p := range tallyParts {
		var at int64
		found, err := one(t, `SELECT `+p.column+` FROM tasks WHERE `+p.column+` > 0 AND `+p.column+` >= ? ORDER BY `+p.column+` LIMIT 1`, []any{from}, &at)
		if err != nil {
			return 0, err
		}
		if found && (first == 0 || at < first) {
			first = at
		}
	}
	return first, nil
}

// tally may be done again: what was written for the hours is replaced.
func (t *txn) tally(from, until int64) error {
	if err := t.exec(`DELETE FROM tallies WHERE hour >= ? AND hour < ?`, from, until); err != nil {
		return err
	}
	var add []string
	for _, name := range tallySums {
		add = append(add, name+" = tallies."+name+" + excluded."+name)
	}
	for _, p := range tallyParts {
		text := `INSERT INTO tallies (` + tallyKey + `, ` + strings.Join(tallySums, ", ") + `) SELECT * FROM (` + p.text(t.d) + `) AS p WHERE 1 = 1
			ON CONFLICT (` + tallyKey + `) DO UPDATE SET ` + strings.Join(add, ", ")
		if err := t.exec(text, from, until); err != nil {
			return err
		}
	}
	return nil
}

// Tallies adds up the hours that are written down and, of later ones, their tasks.
func (s *Store) Tallies(ctx context.Context, q store.TallyQuery) ([]store.Tally, error) {
	var out []store.Tally
	err := s.scan(ctx, func(r querier) error {
		out = nil
		var known int64
		if _, err := one(r, `SELECT seq FROM cursors WHERE name = ?`, []any{tallied}, &known); err != nil {
			return err
		}
		text, args := s.tallyText(q, known)
		return r.query(text, args, func(scan func(...any) error) error {
			var y store.Tally
			var begin int64
			err := scan(&begin, &y.User, &y.Project, &y.Image, &y.Outcome, &y.Submitted, &y.Started, &y.Ended, &y.Unstarted, &y.Waited,
				&y.Waits[0], &y.Waits[1], &y.Waits[2], &y.Waits[3], &y.Waits[4], &y.Waits[5],
				&y.Time, &y.CPU, &y.RAM, &y.GPU, &y.CPUKnown, &y.CPUUsed, &y.RAMKnown, &y.RAMUsed)
			y.Begin = fromMicros(begin)
			out = append(out, y)
			return err
		})
	})
	return out, err
}

func (s *Store) tallyText(q store.TallyQuery, known int64) (string, []any) {
	from, until := micros(q.From), micros(q.Until)
	parts := []string{`SELECT ` + tallyKey + `, ` + strings.Join(tallySums, ", ") + ` FROM tallies WHERE hour >= ? AND hour < ?`}
	args := []any{from, min(until, known)}
	if until > known {
		for _, p := range tallyParts {
			parts = append(parts, `SELECT * FROM (`+p.text(s.d)+`) AS `+p.column)
			args = append(args, max(from, known), until)
		}
	}
	begin, user, project, image := "0", "''", "''", "''"
	if step := q.Step.Microseconds(); step > 0 {
		begin = "hour - (hour + " + strconv.FormatInt(q.Zone.Microseconds()+step, 10) + ") % " + strconv.FormatInt(step, 10)
	}
	if q.Owners {
		user, project = "user_id", "project"
	}
	if q.Images {
		image = "image"
	}
	f := tallyFilter(q, "user_id", "project", "image", "tags")
	cols := []string{"CAST(" + begin + " AS BIGINT)", user, project, image, "outcome"}
	for _, name := range tallySums {
		cols = append(cols, s.d.sum(name, name))
	}
	return `SELECT ` + strings.Join(cols, ", ") + ` FROM (` + strings.Join(parts, ` UNION ALL `) + `) AS h ` + f.where() +
		`GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`, append(args, f.args...)
}

// tallyFilter holds the conditions about whose tasks are meant, given what the columns
// are called.
func tallyFilter(q store.TallyQuery, user, project, image, tags string) *filter {
	f := &filter{}
	if q.User != "" {
		term, args := user+" = ?", []any{q.User}
		if len(q.Shared) > 0 {
			term, args = "("+term+" OR "+project+" IN ("+list(len(q.Shared))+"))", append(args, anys(q.Shared)...)
		}
		f.add(term, args...)
	}
	if q.Project != "" {
		f.add(project+" = ?", q.Project)
	}
	if q.Image != "" {
		f.add(image+" = ?", q.Image)
	}
	if q.Tag != "" {
		f.add("replace("+tags+", ?, '') <> "+tags, "\n"+q.Tag+"\n")
	}
	return f
}

// Levels looks at what waits and runs, and at arrays in place of their waiting
// elements.
func (s *Store) Levels(ctx context.Context, q store.TallyQuery) (waiting, running int, err error) {
	err = s.scan(ctx, func(r querier) error {
		waiting, running = 0, 0
		for _, part := range []struct {
			count, where string
			to           *int
		}{
			{"COUNT(*)", "t.state = 'pending' AND t.parent_id = 0 AND t.elements = 0", &waiting},
			{"COALESCE(CAST(SUM(t.array_waiting) AS BIGINT), 0)", "t.elements > 0 AND t.array_waiting > 0", &waiting},
			{"COUNT(*)", "t.state IN ('starting', 'running', 'ending') AND t.elements = 0 AND t.started = 0", &waiting},
			{"COUNT(*)", "t.state IN ('starting', 'running', 'ending') AND t.elements = 0 AND t.started > 0", &running},
		} {
			f := tallyFilter(q, "t.user_id", "t.project", s.d.image, "j.tags")
			f.terms = append([]string{part.where}, f.terms...)
			join := ""
			if q.Image != "" || q.Tag != "" {
				join = "JOIN jobs j ON j.id = t.job "
			}
			var n int
			if _, err := one(r, `SELECT `+part.count+` FROM tasks t `+join+f.where(), f.args, &n); err != nil {
				return err
			}
			*part.to += n
		}
		return nil
	})
	return waiting, running, err
}

// Reasons looks at the newest tasks of the time, however few of them failed.
func (s *Store) Reasons(ctx context.Context, q store.TallyQuery, most int) ([]store.Reason, error) {
	f := tallyFilter(q, "x.user_id", "x.project", "x.image", "x.tags")
	f.add("x.outcome NOT IN ('', 'succeeded')")
	text := `SELECT x.outcome, x.reason, COUNT(*) FROM (SELECT t.outcome, t.reason, t.user_id, t.project, j.tags, ` + s.d.image + ` AS image
		FROM (SELECT * FROM tasks WHERE finished > 0 AND finished >= ? AND finished < ? ORDER BY finished DESC, id DESC LIMIT ?) AS t
		JOIN jobs j ON j.id = t.job WHERE t.elements = 0) AS x ` + f.where() + `GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT ?`
	args := append(append([]any{micros(q.From), micros(q.Until), store.MostEnded}, f.args...), most)
	var out []store.Reason
	err := s.scan(ctx, func(r querier) error {
		out = nil
		return r.query(text, args, func(scan func(...any) error) error {
			var y store.Reason
			err := scan(&y.Outcome, &y.Reason, &y.Tasks)
			out = append(out, y)
			return err
		})
	})
	return out, err
}

// ForgetTallies removes the counts of hours before a time.
func (s *Store) ForgetTallies(ctx context.Context, before time.Time) error {
	return s.write(ctx, func(t *txn) error {
		return t.exec(`DELETE FROM tallies WHERE hour < ?`, micros(before))
	})
}
