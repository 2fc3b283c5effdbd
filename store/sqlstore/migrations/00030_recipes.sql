-- +goose Up

-- Small files that were handed in with a task: a JSON object of base64 by name.
ALTER TABLE jobs ADD COLUMN files TEXT NOT NULL DEFAULT '';

-- Who may change the members of a project: a JSON list of names.
ALTER TABLE projects ADD COLUMN leaders TEXT NOT NULL DEFAULT '';

-- Tasks that people start again and again with other inputs.
CREATE TABLE recipes (
  id          BIGINT PRIMARY KEY,
  owner       TEXT   NOT NULL,  -- '' = who leads the project
  project     TEXT   NOT NULL,  -- whose members see it; '' = its owner alone
  name        TEXT   NOT NULL,
  description TEXT   NOT NULL,
  inputs      TEXT   NOT NULL,  -- a JSON list
  task        TEXT   NOT NULL,  -- a JSON document
  created     BIGINT NOT NULL,
  changed     BIGINT NOT NULL
);
CREATE INDEX recipes_owner ON recipes (owner);
CREATE INDEX recipes_project ON recipes (project);
ALTER TABLE counters ADD COLUMN recipe BIGINT NOT NULL DEFAULT 0;
