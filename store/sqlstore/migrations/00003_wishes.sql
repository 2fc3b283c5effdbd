-- +goose Up

ALTER TABLE tasks ADD COLUMN frozen   BIGINT NOT NULL DEFAULT 0;  -- since when the attempt is suspended
ALTER TABLE tasks ADD COLUMN paused   BIGINT NOT NULL DEFAULT 0;  -- microseconds that it was suspended before
ALTER TABLE tasks ADD COLUMN warned   BIGINT NOT NULL DEFAULT 0;  -- when it was told that its time is nearly up
ALTER TABLE tasks ADD COLUMN failures BIGINT NOT NULL DEFAULT 0;  -- attempts that the system failed
ALTER TABLE tasks ADD COLUMN failed   TEXT   NOT NULL DEFAULT ''; -- on which nodes, JSON
ALTER TABLE tasks ADD COLUMN failure  TEXT   NOT NULL DEFAULT ''; -- reason of the newest of them
