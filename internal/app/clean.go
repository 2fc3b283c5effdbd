package app

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"time"

	"godocker/internal/archive"
	"godocker/internal/config"
	"godocker/internal/jobdir"
)

// Clean archives the given tasks, or without any, those that are over for longer than
// the configuration keeps them, and returns how many. A server may run beside it.
func Clean(ctx context.Context, c *config.Config, ids []int64, log *slog.Logger) (n int, err error) {
	s, err := OpenStore(ctx, c, log)
	if err != nil {
		return 0, err
	}
	room := &archive.Room{Store: s, Dirs: jobdir.New(c.SharedDir, os.FileMode(c.TaskDirMode)), Log: log,
		Keep: time.Duration(c.CleanOld) * 24 * time.Hour}
	n, err = room.Clean(ctx, ids)
	return n, errors.Join(err, s.Close())
}
