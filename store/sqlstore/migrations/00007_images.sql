-- +goose Up

ALTER TABLE tasks    ADD COLUMN digest TEXT NOT NULL DEFAULT ''; -- of the image that runs or ran
ALTER TABLE attempts ADD COLUMN digest TEXT NOT NULL DEFAULT '';

-- What people log in to registries with.
CREATE TABLE logins (
  user_id  TEXT   NOT NULL,
  registry TEXT   NOT NULL,
  username TEXT   NOT NULL,
  secret   TEXT   NOT NULL,  -- sealed
  created  BIGINT NOT NULL,
  PRIMARY KEY (user_id, registry)
);

-- Repositories whose images not everybody may have.
CREATE TABLE guarded (
  repository TEXT PRIMARY KEY
);
