import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keys, taskQuery } from "../api/queries";
import type { Task } from "../api/types";
import { sample } from "../task/sample";
import { startFeed } from "./feed";

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
