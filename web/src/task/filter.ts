import type { TaskRow } from "../api/types";

/** What the list shows, as the address bar holds it and as the API takes it, but for the days. */
export interface Filter {
  state?: string;
  q?: string;
  user?: string;
  project?: string;
  image?: string;
  tag?: string;
  since?: string; // a day in the reader's zone: 2026-03-05
  until?: string; // the last day
  order?: string; // oldest, or the newest first
  parent?: number; // the elements of this array; never in the address bar
}

const names = ["state", "q", "user", "project", "image", "tag", "since", "until", "order"] as const;

/** What can be asked for as a state; of those that did not succeed there are several ends. */
export const states = ["pending", "running", "over", "unsuccessful", "archived"] as const;

/** Reports whether a task is in what a filter calls a state. */
export function isIn(state: string, { status }: TaskRow): boolean {
  if (state !== "unsuccessful") return status.primary === state;
  return status.primary === "over" && status.outcome !== "succeeded";
}

/** The state that the server tells of those that a filter wants. */
export function primaryOf(state: string): string {
  return state === "unsuccessful" ? "over" : state;
}

/** Reads a filter from whatever the address bar holds; what is empty or unknown is left out. */
export function filterOf(search: Record<string, unknown>): Filter {
  const filter: Filter = {};
  for (const name of names) {
    const value = search[name];
    if (typeof value === "string" && value.trim() !== "") filter[name] = value;
  }
  for (const day of ["since", "until"] as const)
    if (filter[day] && secondOf(filter[day]) === undefined) delete filter[day];
  if (filter.order !== "oldest") delete filter.order;
  return filter;
}

/** The question that a filter is to the server. */
export function queryOf({ since, until, order, state, ...rest }: Filter) {
  const from = since && secondOf(since);
  const to = until && secondOf(until, 1);
  return {
    ...rest,
    ...(state ? { state: primaryOf(state) } : {}),
    ...(state === "unsuccessful" ? { outcome: state } : {}),
    ...(order === "oldest" ? { order: "oldest" as const } : {}),
    ...(from ? { since: from } : {}),
    ...(to ? { until: to } : {}),
  };
}

/** When a day begins, or one so many days later, in epoch seconds; undefined of what is no day. */
export function secondOf(day: string, later = 0): number | undefined {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day);
  if (!found) return undefined;
  const [year, month, date] = found.slice(1).map(Number) as [number, number, number];
  const at = new Date(year, month - 1, date);
  if (at.getMonth() !== month - 1 || at.getDate() !== date) return undefined;
  return new Date(year, month - 1, date + later).getTime() / 1000;
}

/** Reports whether the page can tell by itself which tasks a filter lets through; text is the server's. */
export function decidable(filter: Filter): boolean {
  return !filter.q;
}

/** Reports whether a decidable filter lets a task through. */
export function matches(filter: Filter, task: TaskRow, me: string): boolean {
  if (filter.state && !isIn(filter.state, task)) return false;
  if (filter.parent) return task.parent_task_id === filter.parent;
  if (task.parent_task_id) return false; // arrays come without their elements
  if (filter.user !== "*" && task.user.id !== (filter.user ?? me)) return false;
  if (filter.project && task.user.project !== filter.project) return false;
  if (filter.image && task.container.image !== filter.image) return false;
  const { since, until } = queryOf(filter);
  if ((since && task.date < since) || (until && task.date >= until)) return false;
  return !filter.tag || (task.meta.tags ?? []).includes(filter.tag);
}

/** Reports whether a filter lets all own tasks through, whatever their order. */
export function isEmpty(filter: Filter): boolean {
  return names.every((name) => name === "order" || !filter[name]);
}
