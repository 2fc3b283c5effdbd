-- +goose Up

ALTER TABLE tasks ADD COLUMN not_before BIGINT NOT NULL DEFAULT 0;  -- of one that waits for another attempt: when it may begin
