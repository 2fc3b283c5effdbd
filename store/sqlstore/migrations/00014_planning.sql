-- +goose Up

ALTER TABLE tasks ADD COLUMN nice     BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN lifespan BIGINT NOT NULL DEFAULT 0; -- microseconds that it asked to run at most; 0 = none
ALTER TABLE tasks ADD COLUMN likeness BIGINT NOT NULL DEFAULT 0; -- of owner, image and script; 0 = unknown

-- How long tasks of a likeness ran.
CREATE TABLE pasts (
  likeness BIGINT PRIMARY KEY,
  runs     BIGINT NOT NULL,
  seconds  TEXT   NOT NULL,  -- of the newest runs, each in a field of one width
  touched  BIGINT NOT NULL
);

-- What nodes are kept for.
ALTER TABLE counters ADD COLUMN node_reservation BIGINT NOT NULL DEFAULT 0;
CREATE TABLE node_reservations (
  id       BIGINT PRIMARY KEY,
  executor TEXT   NOT NULL,
  nodes    TEXT   NOT NULL,  -- JSON
  whom     TEXT   NOT NULL,  -- JSON
  begins   BIGINT NOT NULL,
  ends     BIGINT NOT NULL,
  reason   TEXT   NOT NULL,
  made_by  TEXT   NOT NULL,
  created  BIGINT NOT NULL
);

-- The part of a line of the books that nice tasks used.
ALTER TABLE books ADD COLUMN nice_cpu  DOUBLE PRECISION NOT NULL DEFAULT 0;
ALTER TABLE books ADD COLUMN nice_ram  DOUBLE PRECISION NOT NULL DEFAULT 0;
ALTER TABLE books ADD COLUMN nice_gpu  DOUBLE PRECISION NOT NULL DEFAULT 0;
ALTER TABLE books ADD COLUMN nice_time DOUBLE PRECISION NOT NULL DEFAULT 0;
