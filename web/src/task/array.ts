import type { TaskRow } from "../api/types";
import { countOf, rangeOf } from "../form/range";
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

/** Words of an array, cut where a value of an element stands that did not succeed; then with its task. */
export function valuesIn(task: TaskRow, words: string): { text: string; id?: number }[] {
  const range = progressOf(task) && rangeOf(task.requirements.array?.values ?? "");
  const list = /: values? (\d+(?:, \d+)*)/.exec(words);
  if (!range || !list?.[1]) return [{ text: words }];
  const from = list.index + list[0].length - list[1].length;
  const pieces = list[1].split(/(, )/).map((text) => {
    const at = (Number(text) - range.first) / range.step;
    const there = /^\d/.test(text) && Number.isInteger(at) && at >= 0 && at < countOf(range);
    return there ? { text, id: task.id + 1 + at } : { text }; // elements get their ids with it, in this order
  });
  return [{ text: words.slice(0, from) }, ...pieces, { text: words.slice(from + list[1].length) }];
}
