import type { Status, Task } from "../api/types";

/** Makes a task for a test. */
export function sample(id: number, status: Partial<Status> = {}, rest: Partial<Task> = {}): Task {
  return {
    id,
    parent_task_id: null,
    date: 1000 + id,
    user: { id: "bob", uid: 1000, gid: 1000, project: "default" },
    meta: { name: `task ${id}`, description: "", tags: [] },
    requirements: { cpu: 1, ram: 2, gpus: 0 },
    container: { image: "debian:12", id: null, meta: null, stats: null, volumes: [] },
    command: { interactive: false, cmd: "true" },
    ...rest,
    status: { primary: "pending", secondary: null, reason: null, exitcode: null, date_over: null, ...status },
  } as Task;
}
