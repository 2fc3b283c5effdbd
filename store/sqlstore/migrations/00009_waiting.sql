-- +goose Up

-- How many tasks of each person wait; an array is one.
CREATE INDEX tasks_waiting ON tasks (user_id) WHERE state = 'pending' AND parent_id = 0;
