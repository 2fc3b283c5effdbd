-- +goose Up

-- Logins to the page. Times are microseconds since 1970 in UTC.
CREATE TABLE sessions (
  id        TEXT   PRIMARY KEY,
  user_id   TEXT   NOT NULL,
  digest    TEXT   NOT NULL,  -- of what the browser holds
  key_id    BIGINT NOT NULL,  -- the API key that opened it, 0 = a password
  address   TEXT   NOT NULL,
  agent     TEXT   NOT NULL,
  created   BIGINT NOT NULL,
  expires   BIGINT NOT NULL,
  last_used BIGINT NOT NULL
);
CREATE UNIQUE INDEX sessions_digest ON sessions (digest);
CREATE INDEX sessions_user ON sessions (user_id, created);
CREATE INDEX sessions_expires ON sessions (expires);
