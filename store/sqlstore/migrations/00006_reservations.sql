-- +goose Up

-- What attempts hold of things that a node has only so many of. A row goes when
-- nothing of the attempt is left with its executor.
CREATE TABLE reservations (
  executor TEXT   NOT NULL,
  node     TEXT   NOT NULL,
  kind     TEXT   NOT NULL,  -- gpu or port
  name     TEXT   NOT NULL,  -- which one
  task_id  BIGINT NOT NULL,
  attempt  BIGINT NOT NULL,
  PRIMARY KEY (executor, node, kind, name)
);
CREATE INDEX reservations_attempt ON reservations (task_id, attempt);
