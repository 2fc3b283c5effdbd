-- +goose Up

-- What became of tasks in each hour that is over, for statistics: it outlives the
-- tasks. Hours are the microseconds since 1970 at which they begin.
CREATE TABLE tallies (
  hour      BIGINT NOT NULL,
  user_id   TEXT   NOT NULL,
  project   TEXT   NOT NULL,
  image     TEXT   NOT NULL,
  tags      TEXT   NOT NULL,  -- each between two line feeds
  outcome   TEXT   NOT NULL,  -- "" = of tasks that were submitted or started
  submitted BIGINT NOT NULL DEFAULT 0,
  started   BIGINT NOT NULL DEFAULT 0,
  ended     BIGINT NOT NULL DEFAULT 0,
  unstarted BIGINT NOT NULL DEFAULT 0,            -- of those that ended
  waited    DOUBLE PRECISION NOT NULL DEFAULT 0,  -- seconds, of those that started
  waits_1   BIGINT NOT NULL DEFAULT 0,            -- how many of them waited less than a minute,
  waits_2   BIGINT NOT NULL DEFAULT 0,            -- ten minutes,
  waits_3   BIGINT NOT NULL DEFAULT 0,            -- an hour,
  waits_4   BIGINT NOT NULL DEFAULT 0,            -- six hours,
  waits_5   BIGINT NOT NULL DEFAULT 0,            -- a day,
  waits_6   BIGINT NOT NULL DEFAULT 0,            -- longer
  duration  DOUBLE PRECISION NOT NULL DEFAULT 0,  -- seconds that those ran that ended
  cpu       DOUBLE PRECISION NOT NULL DEFAULT 0,  -- cpu seconds that they asked for
  ram       DOUBLE PRECISION NOT NULL DEFAULT 0,  -- GB seconds
  gpu       DOUBLE PRECISION NOT NULL DEFAULT 0,  -- gpu seconds
  cpu_known DOUBLE PRECISION NOT NULL DEFAULT 0,  -- cpu seconds asked for by those that were measured
  cpu_used  DOUBLE PRECISION NOT NULL DEFAULT 0,  -- and used
  ram_known DOUBLE PRECISION NOT NULL DEFAULT 0,  -- GB seconds asked for by those that were measured
  ram_used  DOUBLE PRECISION NOT NULL DEFAULT 0,  -- and used at their peak
  PRIMARY KEY (hour, user_id, project, image, tags, outcome)
) /* clustered */;
CREATE INDEX tasks_submitted ON tasks (submitted);
CREATE INDEX tasks_started   ON tasks (started) WHERE started > 0;
