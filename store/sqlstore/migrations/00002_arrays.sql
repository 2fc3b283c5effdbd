-- +goose Up

ALTER TABLE tasks ADD COLUMN job           BIGINT NOT NULL DEFAULT 0;  -- its row of jobs, which elements share with their array
ALTER TABLE tasks ADD COLUMN element       BIGINT NOT NULL DEFAULT 0;  -- value of an element
ALTER TABLE tasks ADD COLUMN elements      BIGINT NOT NULL DEFAULT 0;  -- of an array: how many there are,
ALTER TABLE tasks ADD COLUMN array_waiting BIGINT NOT NULL DEFAULT 0;  -- are pending,
ALTER TABLE tasks ADD COLUMN array_held    BIGINT NOT NULL DEFAULT 0;  -- are starting or running,
ALTER TABLE tasks ADD COLUMN array_failed  BIGINT NOT NULL DEFAULT 0;  -- are over and did not succeed
ALTER TABLE tasks ADD COLUMN needs         TEXT   NOT NULL DEFAULT ''; -- dependencies, JSON
UPDATE tasks SET job = id;
CREATE INDEX tasks_arrays ON tasks (id) WHERE elements > 0 AND array_waiting > 0;
