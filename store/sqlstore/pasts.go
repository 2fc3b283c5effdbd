package sqlstore

import (
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"godocker"
	"godocker/store"
)

// likeness is the same for tasks that are likely to run equally long, on every
// machine and in every version; never 0.
func likeness(k *godocker.Task) int64 {
	h := fnv.New64a()
	for _, part := range []string{k.User.ID, k.Container.Image, k.Command.Script} {
		_, _ = io.WriteString(h, part) // which cannot fail
		_, _ = h.Write([]byte{0})
	}
	return int64(max(h.Sum64(), 1)) //nolint:gosec // any 64 bits will do
}

// pastWidth is the width of the field of one run: seconds with two decimals, padded.
// With one width the oldest run is cut off without reading the row before.
const pastWidth = 12

// mostSeconds is the longest that fits.
const mostSeconds = 99999999.99

var (
	keptPasts = strconv.Itoa(store.MostPasts * pastWidth)
	addPasts  = insertInto("pasts", ` ON CONFLICT (likeness) DO UPDATE SET runs = pasts.runs + excluded.runs, touched = excluded.touched,
	seconds = substr(pasts.seconds || excluded.seconds, CASE WHEN length(pasts.seconds) + length(excluded.seconds) > `+keptPasts+`
		THEN length(pasts.seconds) + length(excluded.seconds) - `+keptPasts+` + 1 ELSE 1 END)`,
		"likeness", "runs", "seconds", "touched")
)

// A past is what a step adds to the runs of one likeness.
type past struct {
	runs    int
	seconds string
}

// pasts gathers what a step adds, so that each row is written once.
type pasts map[int64]past

// add notes a run that ended by itself.
func (p pasts) add(o godocker.Outcome, r *row) {
	if r.likeness == 0 || r.started == 0 || o != godocker.Succeeded && o != godocker.Failed {
		return
	}
	d := time.Duration(max(r.ended-r.started-r.paused, 0)) * time.Microsecond
	one := p[r.likeness]
	one.runs++
	one.seconds += fmt.Sprintf("%*.2f", pastWidth, min(d.Seconds(), mostSeconds))
	one.seconds = one.seconds[max(len(one.seconds)-store.MostPasts*pastWidth, 0):]
	p[r.likeness] = one
}

// write adds in one order everywhere, so that two transactions do not wait for each
// other.
func (p pasts) write(t *txn, now time.Time) error {
	var args []any
	for _, like := range slices.Sorted(maps.Keys(p)) {
		args = append(args, like, p[like].runs, p[like].seconds, micros(now))
	}
	return addPasts.do(t, args)
}

// Pasts returns how long tasks of each likeness ran.
func (s *Store) Pasts(ctx context.Context, likenesses []int64) (map[int64][]time.Duration, error) {
	out := make(map[int64][]time.Duration, len(likenesses))
	err := s.read(ctx, func(q querier) error {
		for some := range padded(likenesses) {
			err := q.query(`SELECT likeness, seconds FROM pasts WHERE likeness IN (`+list(len(some))+`)`, some, func(scan func(...any) error) error {
				var like int64
				var seconds string
				if err := scan(&like, &seconds); err != nil {
					return err
				}
				var err error
				out[like], err = durations(seconds)
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

func durations(fields string) ([]time.Duration, error) {
	var ds []time.Duration
	for ; len(fields) >= pastWidth; fields = fields[pastWidth:] {
		f, err := strconv.ParseFloat(strings.TrimLeft(fields[:pastWidth], " "), 64)
		if err != nil {
			return nil, err
		}
		ds = append(ds, time.Duration(math.Round(f*100))*10*time.Millisecond)
	}
	return ds, nil
}

// ForgetPasts removes what was not added to since a time.
func (s *Store) ForgetPasts(ctx context.Context, before time.Time) error {
	return s.write(ctx, func(t *txn) error {
		return t.exec(`DELETE FROM pasts WHERE touched < ?`, micros(before))
	})
}
