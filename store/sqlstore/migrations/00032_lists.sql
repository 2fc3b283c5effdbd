-- +goose Up

-- Lists show arrays without their elements, of which there may be many more.
CREATE INDEX tasks_whole ON tasks (id) WHERE parent_id = 0;
CREATE INDEX tasks_whole_user ON tasks (user_id, id) WHERE parent_id = 0;
CREATE INDEX tasks_whole_state ON tasks (state, id) WHERE parent_id = 0;
CREATE INDEX tasks_whole_user_state ON tasks (user_id, state, id) WHERE parent_id = 0;
