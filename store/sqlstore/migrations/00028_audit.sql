-- +goose Up

-- Who did what to whom. Times are microseconds since 1970 in UTC.
ALTER TABLE counters ADD COLUMN audit BIGINT NOT NULL DEFAULT 0;
CREATE TABLE audit (
  id      BIGINT PRIMARY KEY,
  at      BIGINT NOT NULL,
  who     TEXT   NOT NULL,  -- "" = nobody that is known
  door    TEXT   NOT NULL,
  address TEXT   NOT NULL,
  action  TEXT   NOT NULL,
  object  TEXT   NOT NULL,
  detail  TEXT   NOT NULL,
  refused TEXT   NOT NULL   -- why not; "" = it was done
);
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_who ON audit (who, id);
CREATE INDEX audit_object ON audit (object, id);
