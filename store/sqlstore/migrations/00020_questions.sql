-- +goose Up

-- What is asked about waiting tasks, and the answers; both are gone soon.
ALTER TABLE counters ADD COLUMN question BIGINT NOT NULL DEFAULT 0;
CREATE TABLE questions (
  id       BIGINT PRIMARY KEY,
  at       BIGINT NOT NULL,
  question TEXT   NOT NULL,            -- JSON
  answer   TEXT   NOT NULL DEFAULT ''  -- JSON
);

-- When tasks were said to start, and when they did.
CREATE TABLE estimates (
  task_id  BIGINT PRIMARY KEY,
  made     BIGINT NOT NULL,
  earliest BIGINT NOT NULL,
  latest   BIGINT NOT NULL,
  started  BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX estimates_open ON estimates (task_id) WHERE started = 0;
