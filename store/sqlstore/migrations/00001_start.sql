-- +goose Up

-- One row. Its lock is what puts transactions in order; see doc.go.
CREATE TABLE counters (
  id       BIGINT PRIMARY KEY,
  task     BIGINT NOT NULL DEFAULT 0,
  event    BIGINT NOT NULL DEFAULT 0,
  api_key  BIGINT NOT NULL DEFAULT 0,
  pending  BIGINT NOT NULL DEFAULT 0,
  starting BIGINT NOT NULL DEFAULT 0,
  running  BIGINT NOT NULL DEFAULT 0,
  ending   BIGINT NOT NULL DEFAULT 0,
  over     BIGINT NOT NULL DEFAULT 0,
  archived BIGINT NOT NULL DEFAULT 0
);
INSERT INTO counters (id) VALUES (1);

-- What changes of a task. Times are microseconds since 1970 in UTC, 0 = none.
CREATE TABLE tasks (
  id           BIGINT PRIMARY KEY,
  parent_id    BIGINT NOT NULL,
  submitted    BIGINT NOT NULL,
  state        TEXT   NOT NULL,
  user_id      TEXT   NOT NULL,
  project      TEXT   NOT NULL,
  name         TEXT   NOT NULL,
  attempt      BIGINT NOT NULL DEFAULT 0,
  cpu          DOUBLE PRECISION NOT NULL,
  ram          DOUBLE PRECISION NOT NULL,
  gpus         BIGINT NOT NULL,
  asked        TEXT   NOT NULL,             -- executor asked for
  executor     TEXT   NOT NULL DEFAULT '',  -- executor chosen
  node         TEXT   NOT NULL DEFAULT '',
  handle       TEXT   NOT NULL DEFAULT '',
  engine_id    TEXT   NOT NULL DEFAULT '',
  ip           TEXT   NOT NULL DEFAULT '',
  ports        TEXT   NOT NULL DEFAULT '',  -- JSON
  detail       TEXT   NOT NULL DEFAULT '',
  wish         TEXT   NOT NULL DEFAULT '',
  wish_by      TEXT   NOT NULL DEFAULT '',
  wish_asked   BIGINT NOT NULL DEFAULT 0,
  wish_done    BIGINT NOT NULL DEFAULT 0,
  wish_refused TEXT   NOT NULL DEFAULT '',
  suspended    BIGINT NOT NULL DEFAULT 0,
  outcome      TEXT   NOT NULL DEFAULT '',
  exit_code    BIGINT,
  reason       TEXT   NOT NULL DEFAULT '',
  started      BIGINT NOT NULL DEFAULT 0,
  ended        BIGINT NOT NULL DEFAULT 0,
  finished     BIGINT NOT NULL DEFAULT 0,
  peak_ram     BIGINT NOT NULL DEFAULT 0,
  cpu_seconds  DOUBLE PRECISION NOT NULL DEFAULT 0,
  read_bytes   BIGINT NOT NULL DEFAULT 0,
  write_bytes  BIGINT NOT NULL DEFAULT 0,
  array_over   BIGINT NOT NULL DEFAULT 0,
  holder       TEXT   NOT NULL DEFAULT '',
  held_until   BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX tasks_state ON tasks (state, id);
CREATE INDEX tasks_held ON tasks (state, held_until, id)
  WHERE state = 'starting' OR state = 'running' OR state = 'ending';
CREATE INDEX tasks_user ON tasks (user_id, id);
CREATE INDEX tasks_project ON tasks (project, id);
CREATE INDEX tasks_parent ON tasks (parent_id, id) WHERE parent_id <> 0;
CREATE INDEX tasks_finished ON tasks (finished, id) WHERE finished > 0;
CREATE INDEX tasks_wish ON tasks (id) WHERE wish <> '' AND wish_done = 0 AND wish_refused = '';

-- What never changes of a task, so that moving it rewrites little.
CREATE TABLE jobs (
  id     BIGINT PRIMARY KEY,
  spec   TEXT NOT NULL,             -- JSON
  tags   TEXT NOT NULL DEFAULT '',  -- each between two line feeds
  words  TEXT NOT NULL DEFAULT '',  -- what is searched, in small letters
  script TEXT NOT NULL
);

CREATE TABLE attempts (
  task_id     BIGINT NOT NULL,
  number      BIGINT NOT NULL,
  executor    TEXT   NOT NULL,
  node        TEXT   NOT NULL,
  handle      TEXT   NOT NULL DEFAULT '',
  claimed     BIGINT NOT NULL,
  started     BIGINT NOT NULL DEFAULT 0,
  ended       BIGINT NOT NULL DEFAULT 0,
  exit_code   BIGINT,
  outcome     TEXT   NOT NULL DEFAULT '',
  reason      TEXT   NOT NULL DEFAULT '',
  peak_ram    BIGINT NOT NULL DEFAULT 0,
  cpu_seconds DOUBLE PRECISION NOT NULL DEFAULT 0,
  read_bytes  BIGINT NOT NULL DEFAULT 0,
  write_bytes BIGINT NOT NULL DEFAULT 0,
  behind      BIGINT NOT NULL DEFAULT 0,  -- 1: its task has left it behind
  released    BIGINT NOT NULL DEFAULT 0,  -- 1: the executor holds nothing of it
  PRIMARY KEY (task_id, number)
) /* clustered */;
CREATE INDEX attempts_unreleased ON attempts (task_id, number) WHERE behind = 1 AND released = 0;

CREATE TABLE events (
  seq        BIGINT PRIMARY KEY,
  at         BIGINT NOT NULL,
  kind       TEXT   NOT NULL,
  task_id    BIGINT NOT NULL,
  user_id    TEXT   NOT NULL,
  project    TEXT   NOT NULL,
  from_state TEXT   NOT NULL,
  to_state   TEXT   NOT NULL,
  attempt    BIGINT NOT NULL,
  text       TEXT   NOT NULL
);
CREATE INDEX events_task ON events (task_id, seq);

CREATE TABLE leases (
  name    TEXT   PRIMARY KEY,
  holder  TEXT   NOT NULL,
  term    BIGINT NOT NULL,
  expires BIGINT NOT NULL
);

-- The last transaction of each writer; see doc.go.
CREATE TABLE writers (
  name TEXT   PRIMARY KEY,
  step BIGINT NOT NULL,
  at   BIGINT NOT NULL
);

CREATE TABLE users (
  id            TEXT   PRIMARY KEY,
  uid           BIGINT NOT NULL,
  gid           BIGINT NOT NULL,
  groups_json   TEXT   NOT NULL,
  email         TEXT   NOT NULL,
  home          TEXT   NOT NULL,
  admin         BIGINT NOT NULL,
  active        BIGINT NOT NULL,
  guest         BIGINT NOT NULL,
  source        TEXT   NOT NULL,
  public_key    TEXT   NOT NULL,
  password_hash TEXT   NOT NULL,
  priority      BIGINT NOT NULL,
  quota         TEXT   NOT NULL,  -- JSON
  disk_used     BIGINT NOT NULL,
  created       BIGINT NOT NULL,
  last_seen     BIGINT NOT NULL
);

CREATE TABLE api_keys (
  id        BIGINT PRIMARY KEY,
  user_id   TEXT   NOT NULL,
  name      TEXT   NOT NULL,
  prefix    TEXT   NOT NULL,
  digest    TEXT   NOT NULL,
  scopes    TEXT   NOT NULL,  -- JSON
  created   BIGINT NOT NULL,
  expires   BIGINT NOT NULL,
  last_used BIGINT NOT NULL
);
CREATE UNIQUE INDEX api_keys_digest ON api_keys (digest);
CREATE INDEX api_keys_user ON api_keys (user_id, id);

CREATE TABLE projects (
  id          TEXT   PRIMARY KEY,
  description TEXT   NOT NULL,
  members     TEXT   NOT NULL,  -- JSON
  priority    BIGINT NOT NULL,
  quota       TEXT   NOT NULL,  -- JSON
  volumes     TEXT   NOT NULL,  -- JSON
  created     BIGINT NOT NULL
);
INSERT INTO projects (id, description, members, priority, quota, volumes, created)
VALUES ('default', '', '', 50, '', '', 0);

CREATE TABLE books (
  day      BIGINT NOT NULL,
  user_id  TEXT   NOT NULL,
  project  TEXT   NOT NULL,
  tasks    BIGINT NOT NULL,
  cpu      DOUBLE PRECISION NOT NULL,
  ram      DOUBLE PRECISION NOT NULL,
  gpu      DOUBLE PRECISION NOT NULL,
  duration DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (day, user_id, project)
) /* clustered */;
