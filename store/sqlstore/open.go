package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver pgx
	_ "modernc.org/sqlite"             // the driver sqlite

	"godocker"
	"godocker/store"
)

var _ store.Store = (*Store)(nil)

// A Store keeps everything in one database. Its methods may be called
// concurrently.
type Store struct {
	d      *dialect
	db     *sql.DB // for reading, and in memory for everything
	write1 *sql.DB // for the writers; the same as db but for SQLite files
	memory bool    // reads go through the writer, which has the only connection
	log    *slog.Logger

	queue chan *call
	quit  context.Context // ended by Close
	stop  context.CancelFunc
	done  sync.WaitGroup
	bell  bell
	known statements // of readers
	touch touches
}

// Open opens the database that url names, brings its schema up to date and starts
// the writers. A url is a path, sqlite:///path, sqlite::memory: (which is gone
// after Close) or postgres://..., which may name several hosts. It is
// godocker.Unavailable if the database does not answer. A store in memory uses no
// clock and no network, so it works inside a synctest bubble that also closes it.
func Open(ctx context.Context, url string, log *slog.Logger) (*Store, error) {
	s, err := connect(url)
	if err != nil {
		return nil, err
	}
	s.log = log
	if err := migrate(ctx, s.write1, s.d); err != nil {
		return nil, errors.Join(coded(err), s.closeAll())
	}
	s.queue = make(chan *call, 1024)
	s.quit, s.stop = context.WithCancel(context.WithoutCancel(ctx))
	for range s.d.writers {
		s.done.Go(newWriter(s).run)
	}
	if !s.memory {
		s.done.Go(s.watch)
	}
	if s.d.notify != "" {
		s.done.Go(func() { s.listen(url) })
	}
	return s, nil
}

// CheckURL says what is wrong with the form of a url, without connecting.
func CheckURL(rawURL string) error {
	switch {
	case strings.HasPrefix(rawURL, "postgres://"), strings.HasPrefix(rawURL, "postgresql://"):
		if _, err := pgx.ParseConfig(withDefaults(rawURL)); err != nil { // which may show the password
			return errors.New("database: the URL cannot be read")
		}
	case strings.HasPrefix(rawURL, "sqlite:"):
	case strings.Contains(rawURL, "://") || rawURL == "":
		return errors.New("database: want a URL that begins with sqlite: or postgres://")
	}
	return nil
}

func connect(rawURL string) (*Store, error) {
	if err := CheckURL(rawURL); err != nil {
		return nil, godocker.Errorf(godocker.Invalid, "%w", err)
	}
	path, isSQLite := strings.CutPrefix(rawURL, "sqlite:")
	switch {
	case isSQLite && path == ":memory:":
		db, err := sql.Open(sqliteDialect.driver, ":memory:?"+pragmas())
		if err != nil {
			return nil, err
		}
		db.SetMaxOpenConns(1)
		return &Store{d: &sqliteDialect, db: db, write1: db, memory: true}, nil
	case isSQLite:
		return connectFile(strings.TrimPrefix(path, "//"))
	case strings.HasPrefix(rawURL, "postgres://"), strings.HasPrefix(rawURL, "postgresql://"):
		db, err := sql.Open(postgresDialect.driver, withDefaults(rawURL))
		if err != nil {
			return nil, err
		}
		db.SetMaxOpenConns(postgresDialect.writers + 8)
		db.SetMaxIdleConns(postgresDialect.writers + 4)
		return &Store{d: &postgresDialect, db: db, write1: db}, nil
	default:
		return connectFile(rawURL)
	}
}

// connectFile opens one connection to write with and a few to read with. Only the
// owner may read the file, as digests of keys are in it.
func connectFile(path string) (*Store, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, godocker.Errorf(godocker.Unavailable, "open the database: %w", err)
	}
	f.Close()
	name := "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + pragmas()
	w, err := sql.Open(sqliteDialect.driver, name)
	if err != nil {
		return nil, err
	}
	w.SetMaxOpenConns(1)
	r, err := sql.Open(sqliteDialect.driver, name+"&_pragma=query_only(1)")
	if err != nil {
		return nil, errors.Join(err, w.Close())
	}
	r.SetMaxOpenConns(4)
	r.SetMaxIdleConns(4)
	return &Store{d: &sqliteDialect, db: r, write1: w}, nil
}

// pragmas makes a commit of SQLite be on disk when it returns, lets readers go on
// beside the writer, and waits for other processes.
func pragmas() string {
	var b strings.Builder
	for _, p := range []string{
		"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "wal_autocheckpoint(4000)",
		"journal_size_limit(67108864)", "cache_size(-8192)", "mmap_size(268435456)", "temp_store(MEMORY)",
	} {
		fmt.Fprintf(&b, "&_pragma=%s", p)
	}
	return b.String()[1:]
}

// withDefaults makes pgx look for the server that accepts writes and not wait for
// ever for one that is gone.
func withDefaults(rawURL string) string {
	for _, p := range []string{"target_session_attrs=read-write", "connect_timeout=5"} {
		name, _, _ := strings.Cut(p, "=")
		switch {
		case strings.Contains(rawURL, name+"="):
		case strings.Contains(rawURL, "?"):
			rawURL += "&" + p
		default:
			rawURL += "?" + p
		}
	}
	return rawURL
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	if s.memory {
		return s.read(ctx, func(querier) error { return nil })
	}
	return coded(s.db.PingContext(ctx))
}

// Close waits for the transactions that have begun, refuses all others with
// godocker.Unavailable and closes the database.
func (s *Store) Close() error {
	s.stop()
	s.done.Wait()
	return s.closeAll()
}

func (s *Store) closeAll() error {
	s.known.close()
	err := s.db.Close()
	if s.write1 != s.db {
		err = errors.Join(err, s.write1.Close())
	}
	return err
}
