import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keys, taskQuery } from "../api/queries";
import type { Task } from "../api/types";
import { sample } from "../task/sample";
import { startFeed } from "./feed";
import type { List } from "./merge";

/** The server's answers, given when the test says so. */
const questions: ((task: Task) => void)[] = [];
let tell: (event: object) => void;

vi.mock("../api/client", () => ({
  address: (path: string) => path,
  client: { GET: () => new Promise((answer) => questions.push(answer)) },
  want: (asked: Promise<unknown>) => asked,
}));
vi.mock("./source", () => ({
  follow: (_: string, { on }: { on: { task: (e: { data: string }) => void } }) => {
    tell = (event) => on.task({ data: JSON.stringify(event) });
    return () => {};
  },
}));

beforeEach(() => {
  questions.length = 0;
  vi.useFakeTimers();
});
afterEach(() => void vi.useRealTimers());

const moved = { kind: "moved", task_id: 7, user: "bob" };
const state = (queries: QueryClient) => queries.getQueryData<Task>(keys.task(7))?.status.primary;

test("what happens while a task is asked for the first time is not missed", async () => {
  const queries = new QueryClient();
  const stop = startFeed(queries, "bob");
  const first = queries.fetchQuery(taskQuery(7)).catch(() => {});
  await vi.advanceTimersByTimeAsync(0);
  tell({ ...moved, primary: "running" });
  questions.shift()?.(sample(7, { primary: "pending" }));
  await first;
  await vi.advanceTimersByTimeAsync(200);
  questions.shift()?.(sample(7, { primary: "running" }));
  await vi.advanceTimersByTimeAsync(0);
  expect(state(queries)).toBe("running");
  stop();
});

test("what happens while a new task is looked at is not missed", async () => {
  const queries = new QueryClient();
  queries.setQueryData(keys.list({}), { pages: [{ tasks: [], next: 0 }], pageParams: [0] });
  const stop = startFeed(queries, "bob");
  tell({ ...moved, kind: "submitted", primary: "pending" });
  await vi.advanceTimersByTimeAsync(200);
  tell({ ...moved, primary: "running" }); // the question below is on its way, nothing is known yet
  questions.shift()?.(sample(7, { primary: "pending" }));
  await vi.advanceTimersByTimeAsync(200);
  questions.shift()?.(sample(7, { primary: "running" }));
  await vi.advanceTimersByTimeAsync(0);
  expect(state(queries)).toBe("running");
  stop();
});

test("an element that did not succeed enters the list of those that did not, and nobody else's", async () => {
  const queries = new QueryClient();
  const array = sample(7, { primary: "running" });
  array.requirements.array = { ...array.requirements.array, nb_tasks: 3 };
  queries.setQueryData(keys.task(7), array);
  const failed = { parent: 7, order: "oldest", state: "unsuccessful" };
  queries.setQueryData(keys.list(failed), { pages: [{ tasks: [], next: 0 }], pageParams: [0] });
  const stop = startFeed(queries, "bob");
  tell({ ...moved, task_id: 11, primary: "over" });
  await vi.advanceTimersByTimeAsync(200);
  expect(questions).toHaveLength(0);
  for (const [id, outcome] of [
    [8, "failed"],
    [9, "succeeded"],
  ] as const) {
    tell({ ...moved, task_id: id, primary: "over" });
    await vi.advanceTimersByTimeAsync(200);
    questions.shift()?.(sample(id, { primary: "over", outcome }, { parent_task_id: 7 }));
    await vi.advanceTimersByTimeAsync(0);
  }
  const list = queries.getQueryData<List>(keys.list(failed));
  expect(list?.pages.flatMap((page) => page.tasks ?? []).map(({ id }) => id)).toEqual([8]);
  stop();
});
