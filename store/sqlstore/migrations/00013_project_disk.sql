-- +goose Up

ALTER TABLE projects ADD COLUMN disk_used BIGINT NOT NULL DEFAULT 0; -- bytes of the folders of its tasks that are over
UPDATE projects SET disk_used = (SELECT COALESCE(SUM(disk), 0) FROM tasks WHERE tasks.project = projects.id AND disk > 0);
