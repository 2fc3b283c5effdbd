-- +goose Up

-- What lets somebody in to a task, once or for a while. Times are microseconds since 1970 in UTC.
CREATE TABLE passes (
  digest  TEXT   PRIMARY KEY, -- of what they show
  kind    TEXT   NOT NULL,
  task    BIGINT NOT NULL,
  user_id TEXT   NOT NULL,
  expires BIGINT NOT NULL
);
CREATE INDEX passes_user ON passes (user_id, kind, expires);
CREATE INDEX passes_expires ON passes (expires);
