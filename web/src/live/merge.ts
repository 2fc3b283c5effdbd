import type { InfiniteData } from "@tanstack/react-query";
import type { Page, TaskRow } from "../api/types";
import { decidable, type Filter, isIn, matches } from "../task/filter";

export type List = InfiniteData<Page, number>;

const known = new WeakMap<Page, Set<number>>(); // pages never change, new ones take their places

/** Reports whether a loaded list holds a task. */
export function holds(list: List, id: number): boolean {
  return list.pages.some((page) => {
    let ids = known.get(page);
    if (!ids) {
      ids = new Set(page.tasks?.map((task) => task.id));
      known.set(page, ids);
    }
    return ids.has(id);
  });
}

/** Takes a task out of a list. */
export function without(list: List, id: number): List {
  return holds(list, id) ? mapPages(list, (tasks) => tasks.filter((task) => task.id !== id)) : list;
}

/** Puts a fresh document in the place of the one a list holds; the order never changes. */
export function replaced(list: List, task: TaskRow): List {
  return mapPages(list, (tasks) =>
    tasks.some((old) => old.id === task.id) ? tasks.map((old) => (old.id === task.id ? task : old)) : tasks,
  );
}

/** Puts a new task where the order, newest first, wants it. One older than all loaded pages stays out. */
export function inserted(list: List, task: TaskRow): List {
  const last = list.pages.length - 1;
  const at = list.pages.findIndex((page, i) => {
    const oldest = page.tasks?.at(-1)?.id ?? 0;
    return task.id > oldest || (i === last && page.next === 0);
  });
  if (at < 0) return list;
  return mapPages(list, (tasks, i) => {
    if (i !== at) return tasks;
    const before = tasks.filter((other) => other.id > task.id);
    return [...before, task, ...tasks.slice(before.length)];
  });
}

/**
 * Brings a list up to date with one task. Undefined means that only the server can tell whether
 * the task belongs there, so the list has to be asked for again.
 */
export function merged(list: List, filter: Filter, task: TaskRow, me: string): List | undefined {
  const there = holds(list, task.id);
  if (!decidable(filter)) return there ? replaced(list, task) : undefined;
  if (there) {
    // Whose it is never changes, and the server may show more than this page knows to be allowed.
    const leaves = filter.state && !isIn(filter.state, task);
    return leaves ? without(list, task.id) : replaced(list, task);
  }
  if (!matches(filter, task, me)) return list;
  return filter.order === "oldest" ? appended(list, task) : inserted(list, task);
}

/** Where the oldest come first, a new task comes last, once all are loaded. */
function appended(list: List, task: TaskRow): List {
  const last = list.pages.length - 1;
  if (list.pages[last]?.next) return list;
  return mapPages(list, (tasks, i) =>
    i === last ? [...tasks, task].toSorted((a, b) => a.id - b.id) : tasks,
  );
}

function mapPages(list: List, change: (tasks: TaskRow[], page: number) => TaskRow[]): List {
  return {
    ...list,
    pages: list.pages.map((page, i) => {
      const tasks = change(page.tasks ?? [], i);
      return tasks === page.tasks ? page : { ...page, tasks }; // what stays the same is not drawn again
    }),
  };
}
