import type { TaskRow } from "../api/types";
import { text } from "../text";

/** How far an array is. */
export interface Progress {
  all: number;
  over: number;
  failed: number; // of those that are over
  running: number;
}

/** An array's progress; undefined for any other task, elements too. */
export function progressOf(task: TaskRow): Progress | undefined {
  const array = task.requirements.array;
  if (!array?.nb_tasks || task.parent_task_id) return undefined;
  return {
    all: array.nb_tasks,
    over: array.nb_tasks_over ?? 0,
    failed: array.nb_tasks_failed ?? 0,
    running: array.nb_tasks_running ?? 0,
  };
}

/** The value that an element runs for. */
export function elementValue(task: TaskRow): number | undefined {
  return task.parent_task_id ? (task.requirements.array?.task_id ?? 0) : undefined;
}

/** What a task is called in headings and lists; an element with its value. */
export function nameOf(task: TaskRow): string {
  const value = elementValue(task);
  return value === undefined || !task.meta.name ? task.meta.name : text.array.element(task.meta.name, value);
}
