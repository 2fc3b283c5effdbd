-- +goose Up

-- What lets somebody begin something once. Times are microseconds since 1970 in UTC.
CREATE TABLE tickets (
  digest  TEXT   PRIMARY KEY, -- of what the browser holds
  task_id BIGINT NOT NULL,
  user_id TEXT   NOT NULL,
  expires BIGINT NOT NULL
);
CREATE INDEX tickets_user ON tickets (user_id, expires);
CREATE INDEX tickets_expires ON tickets (expires);
