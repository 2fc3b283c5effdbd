-- +goose Up

ALTER TABLE tasks ADD COLUMN not_before BIGINT NOT NULL DEFAULT 0;  -- of one that waits for another attempt: when it may begin
ALTER TABLE tasks ADD COLUMN disk       BIGINT NOT NULL DEFAULT 0;  -- bytes of its folder that are counted to its owner; -1 = yet to be counted
CREATE INDEX tasks_uncounted ON tasks (id) WHERE disk < 0;
UPDATE tasks SET disk = -1 WHERE state = 'over' AND attempt > 0;
UPDATE users SET disk_used = 0;
