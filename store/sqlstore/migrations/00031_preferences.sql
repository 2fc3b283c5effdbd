-- +goose Up

-- How people like the page: a JSON object whose meaning is the page's.
CREATE TABLE preferences (
  user_id  TEXT PRIMARY KEY,
  document TEXT NOT NULL
);
