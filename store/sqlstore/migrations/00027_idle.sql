-- +goose Up

ALTER TABLE tasks ADD COLUMN idle      BIGINT NOT NULL DEFAULT 0; -- since when its people are told that nothing happens in it
ALTER TABLE tasks ADD COLUMN idle_word BIGINT NOT NULL DEFAULT 0; -- number of what its runner said last about that
