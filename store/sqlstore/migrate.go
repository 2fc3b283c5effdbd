package sqlstore

import (
	"bytes"
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the schema up from whatever version it has. It tries more than
// once, as another process may be about the same thing.
func migrate(ctx context.Context, db *sql.DB, d *dialect) (err error) {
	for pause := firstPause; pause < longPause/4; pause *= 2 {
		if err = migrateOnce(ctx, db, d); err == nil || ctx.Err() != nil {
			return err
		}
		time.Sleep(pause)
	}
	return err
}

func migrateOnce(ctx context.Context, db *sql.DB, d *dialect) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	opts := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if d.numbered { // PostgreSQL: several processes may start at once
		l, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return err
		}
		opts = append(opts, goose.WithSessionLocker(l))
	}
	p, err := goose.NewProvider(d.goose, db, schemaFS{files, d.schema}, opts...)
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bring the schema up to date: %w", err)
	}
	return nil
}

// schemaFS shows the migrations in the engine's own words.
type schemaFS struct {
	fs.FS
	words *strings.Replacer
}

func (s schemaFS) Open(name string) (fs.File, error) {
	f, err := s.FS.Open(name)
	if err != nil || !strings.HasSuffix(name, ".sql") {
		return f, err
	}
	defer f.Close()
	text, err := fs.ReadFile(s.FS, name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return &schemaFile{bytes.NewReader([]byte(s.words.Replace(string(text)))), info}, nil
}

type schemaFile struct {
	*bytes.Reader
	info fs.FileInfo
}

func (f *schemaFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *schemaFile) Close() error               { return nil }
