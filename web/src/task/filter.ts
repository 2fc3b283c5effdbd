import type { Task } from "../api/types";

/** What the list shows, as the address bar holds it and as the API takes it. */
export interface Filter {
  state?: string;
  q?: string;
  user?: string;
  project?: string;
  tag?: string;
  parent?: number; // the elements of this array; never in the address bar
}

const names = ["state", "q", "user", "project", "tag"] as const;

/** The states that can be asked for. */
export const states = ["pending", "running", "over", "archived"] as const;

/** Reads a filter from whatever the address bar holds; what is empty or unknown is left out. */
export function filterOf(search: Record<string, unknown>): Filter {
  const filter: Filter = {};
  for (const name of names) {
    const value = search[name];
    if (typeof value === "string" && value.trim() !== "") filter[name] = value;
  }
  return filter;
}

/** Reports whether the page can tell by itself which tasks a filter lets through; text is the server's. */
export function decidable(filter: Filter): boolean {
  return !filter.q;
}

/** Reports whether a decidable filter lets a task through. */
export function matches(filter: Filter, task: Task, me: string): boolean {
  if (filter.state && task.status.primary !== filter.state) return false;
  if (filter.parent) return task.parent_task_id === filter.parent;
  if (task.parent_task_id) return false; // arrays come without their elements
  if (filter.user !== "*" && task.user.id !== (filter.user ?? me)) return false;
  if (filter.project && task.user.project !== filter.project) return false;
  return !filter.tag || (task.meta.tags ?? []).includes(filter.tag);
}

export function isEmpty(filter: Filter): boolean {
  return names.every((name) => !filter[name]);
}
