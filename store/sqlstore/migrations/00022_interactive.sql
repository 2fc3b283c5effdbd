-- +goose Up

ALTER TABLE tasks ADD COLUMN host_key TEXT   NOT NULL DEFAULT ''; -- public, of a session
ALTER TABLE tasks ADD COLUMN ready    BIGINT NOT NULL DEFAULT 0;  -- when people could log in; 0 = they cannot
