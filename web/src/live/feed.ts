import type { QueryClient } from "@tanstack/react-query";
import { address, client, want } from "../api/client";
import { Problem } from "../api/problem";
import { keys, listTasks } from "../api/queries";
import type { Page, Task, TaskEvent, TaskRow, User } from "../api/types";
import { progressOf } from "../task/array";
import { type Filter, primaryOf } from "../task/filter";
import { isFinal } from "../task/state";
import { Batch } from "./batch";
import { setLink } from "./link";
import { holds, type List, merged, without } from "./merge";
import { follow } from "./source";

const pause = 150; // ms; a task's start is three events within that
const calm = 1000; // ms between two looks at an array whose elements move
const few = 2; // tasks that are asked for one by one, with all that is known of them
const most = 400; // tasks that change at once, above which the lists are asked for again

/** Keeps everything the page remembers of tasks fresh, from the server's stream of events. */
export function startFeed(queries: QueryClient, me: string): () => void {
  const batch = new Batch(pause, async (ids) => {
    await refresh(queries, me, ids);
    // A list that is being asked for now may come back older than what was just put into it.
    if (listsAsked(queries)) for (const id of ids) batch.add(id);
  });
  const arrays = new Batch(calm, (ids) => refresh(queries, me, ids));
  const stop = follow(address("/event"), {
    link: (link) => {
      setLink(link);
      if (link === "live") catchUp(queries);
    },
    on: { task: (e) => take(queries, me, { batch, arrays }, JSON.parse(e.data)) },
  });
  return () => {
    stop();
    batch.stop();
    arrays.stop();
    setLink("connecting");
  };
}

interface Batches {
  batch: Batch;
  arrays: Batch;
}

/** Asks again for what was loaded before the stream was open. */
function catchUp(queries: QueryClient): void {
  for (const queryKey of [keys.lists, keys.tasks]) void queries.invalidateQueries({ queryKey });
}

function take(queries: QueryClient, me: string, { batch, arrays }: Batches, event: TaskEvent): void {
  if (event.kind === "purged") {
    forget(queries, event.task_id);
    return;
  }
  const wanted =
    known(queries, event.task_id) ||
    asked(queries, batch, event.task_id) ||
    lists(queries).some(([filter]) => mayEnter(queries, filter, event, me));
  if (wanted) batch.add(event.task_id);
  for (const array of around(queries, event.task_id)) arrays.add(array);
}

/** The arrays on the page that a task may be an element of. */
function around(queries: QueryClient, id: number): number[] {
  const alone = queries.getQueriesData<Task>({ queryKey: keys.tasks }).map(([, task]) => task);
  const listed = lists(queries).flatMap(([, list]) => list?.pages.flatMap(arraysOf) ?? []);
  return [...alone, ...listed].flatMap((task) =>
    task && !isFinal(task) && isElement(task, id) ? [task.id] : [],
  );
}

const arrays = new WeakMap<Page, TaskRow[]>(); // pages never change, new ones take their places

/** The arrays of a page that are not over. */
function arraysOf(page: Page): TaskRow[] {
  let found = arrays.get(page);
  if (!found) {
    found = (page.tasks ?? []).filter((task) => !isFinal(task) && progressOf(task));
    arrays.set(page, found);
  }
  return found;
}

/** Reports whether an event may have brought a task into a list. */
function mayEnter(queries: QueryClient, filter: Filter, event: TaskEvent, me: string): boolean {
  const moves = filter.state !== undefined && primaryOf(filter.state) === event.primary;
  if (filter.parent)
    return moves && isElement(queries.getQueryData<Task>(keys.task(filter.parent)), event.task_id);
  if (filter.user !== "*" && event.user !== (filter.user ?? me)) return false;
  return event.kind === "submitted" || moves;
}

/** Reports whether a task is an element of an array: elements get their ids with it. */
function isElement(array: TaskRow | undefined, id: number): boolean {
  const all = array ? (progressOf(array)?.all ?? 0) : 0;
  return array !== undefined && array.id < id && id <= array.id + all;
}

function known(queries: QueryClient, id: number): boolean {
  if (queries.getQueryData(keys.task(id))) return true;
  return lists(queries).some(([, list]) => list && holds(list, id));
}

/** Reports whether an answer is on its way that may bring a task as it was before what just happened to it. */
function asked(queries: QueryClient, batch: Batch, id: number): boolean {
  return batch.has(id) || queries.isFetching({ queryKey: keys.task(id) }) + listsAsked(queries) > 0;
}

const listsAsked = (queries: QueryClient) => queries.isFetching({ queryKey: keys.lists });

async function refresh(queries: QueryClient, me: string, ids: number[]): Promise<void> {
  if (ids.length > most) return catchUp(queries);
  if (ids.length > few) return refreshMany(queries, me, ids);
  await Promise.all(ids.map((id) => refreshOne(queries, me, id)));
}

async function refreshOne(queries: QueryClient, me: string, id: number): Promise<void> {
  try {
    const task = await want(client.GET("/task/{id}", { params: { path: { id: String(id) } } }));
    await queries.cancelQueries({ queryKey: keys.task(id) }); // an answer on its way may be older
    patch(queries, me, task);
  } catch (err) {
    if (err instanceof Problem && err.status === 404) forget(queries, id);
    // any other failure: the next event or the next connection asks again
  }
}

/** One question for all rows that change; what is open on a page of its own is asked for whole. */
async function refreshMany(queries: QueryClient, me: string, ids: number[]): Promise<void> {
  const query = { ids: ids.join(","), limit: ids.length, ...everybodys(queries) };
  const page = await listTasks(query).catch(() => undefined);
  if (!page) return; // the next event or the next connection asks again
  const tasks = page.tasks ?? [];
  putIntoLists(queries, me, tasks);
  const gone = new Set(ids);
  for (const task of tasks) gone.delete(task.id);
  for (const id of gone) forget(queries, id);
  await Promise.all(
    ids
      .filter((id) => !gone.has(id) && queries.getQueryData(keys.task(id)))
      .map((id) => refreshOne(queries, me, id)),
  );
}

/** An administrator may be looking at anybody's. */
function everybodys(queries: QueryClient): { user?: string } {
  return queries.getQueryData<User>(keys.session)?.admin ? { user: "*" } : {};
}

/** Puts a task's fresh document everywhere the page shows it. */
export function patch(queries: QueryClient, me: string, task: Task): void {
  queries.setQueryData(keys.task(task.id), task);
  putIntoLists(queries, me, [task]);
  if (task.status.primary === "over") void queries.invalidateQueries({ queryKey: keys.files(task.id) });
}

function putIntoLists(queries: QueryClient, me: string, tasks: TaskRow[]): void {
  for (const [filter, list] of lists(queries)) {
    if (!list) continue;
    let next: List | undefined = list;
    for (const task of tasks) next = next && merged(next, filter, task, me);
    if (!next) void queries.invalidateQueries({ queryKey: keys.list(filter) });
    else if (next !== list) queries.setQueryData(keys.list(filter), next);
  }
}

function forget(queries: QueryClient, id: number): void {
  for (const [filter, list] of lists(queries))
    if (list) queries.setQueryData(keys.list(filter), without(list, id));
  void queries.invalidateQueries({ queryKey: keys.task(id) });
}

function lists(queries: QueryClient): [Filter, List | undefined][] {
  return queries
    .getQueriesData<List>({ queryKey: keys.lists })
    .map(([key, list]) => [(key[1] ?? {}) as Filter, list]);
}
