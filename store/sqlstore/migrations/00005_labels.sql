-- +goose Up

ALTER TABLE tasks ADD COLUMN labels TEXT NOT NULL DEFAULT ''; -- node constraints, JSON
