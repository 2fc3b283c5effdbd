-- +goose Up

-- How far those who follow the events have come.
CREATE TABLE cursors (
  name TEXT   PRIMARY KEY,
  seq  BIGINT NOT NULL
);
