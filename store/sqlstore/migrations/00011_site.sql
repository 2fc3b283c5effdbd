-- +goose Up

-- One row: what concerns the installation as a whole.
CREATE TABLE site (
  id             BIGINT PRIMARY KEY,
  maintenance    BIGINT NOT NULL DEFAULT 0,
  reason         TEXT   NOT NULL DEFAULT '',
  changed_by     TEXT   NOT NULL DEFAULT '',
  changed        BIGINT NOT NULL DEFAULT 0
);
INSERT INTO site (id) VALUES (1);

CREATE TABLE processes (
  name    TEXT PRIMARY KEY,
  host    TEXT   NOT NULL,
  pid     BIGINT NOT NULL,
  roles   TEXT   NOT NULL,  -- JSON
  version TEXT   NOT NULL,
  started BIGINT NOT NULL,
  seen    BIGINT NOT NULL
);
