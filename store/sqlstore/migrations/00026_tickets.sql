-- +goose Up

-- What lets somebody in to a task, once or for a while. Times are microseconds since 1970 in UTC.
CREATE TABLE tickets (
  digest  TEXT   PRIMARY KEY, -- of what they show
  kind    TEXT   NOT NULL,
  task    BIGINT NOT NULL,
  user_id TEXT   NOT NULL,
  expires BIGINT NOT NULL
);
CREATE INDEX tickets_user ON tickets (user_id, kind, expires);
CREATE INDEX tickets_expires ON tickets (expires);
