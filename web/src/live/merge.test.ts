import { expect, test } from "vitest";
import { sample } from "../task/sample";
import { inserted, type List, merged, replaced, without } from "./merge";

function list(next: number, ...pages: number[][]): List {
  return {
    pageParams: pages.map(() => 0),
    pages: pages.map((ids, i) => ({
      tasks: ids.map((id) => sample(id)),
      next: i === pages.length - 1 ? next : (ids.at(-1) ?? 0),
    })),
  };
}

const ids = (l: List | undefined) => l?.pages.map((page) => page.tasks?.map((task) => task.id));

test("a fresh document takes the place of the old one", () => {
  const next = replaced(list(0, [3, 2], [1]), sample(2, { primary: "over" }));
  expect(ids(next)).toEqual([[3, 2], [1]]);
  expect(next.pages[0]?.tasks?.[1]?.status.primary).toBe("over");
});

test("a task that is gone leaves", () => {
  expect(ids(without(list(0, [3, 2], [1]), 2))).toEqual([[3], [1]]);
});

test.each([
  ["the newest comes first", list(1, [3, 2]), 4, [[4, 3, 2]]],
  ["one in between", list(1, [5, 3], [2]), 4, [[5, 4, 3], [2]]],
  [
    "between two pages",
    list(1, [5, 4], [2]),
    3,
    [
      [5, 4],
      [3, 2],
    ],
  ],
  [
    "the oldest, at the end of everything",
    list(0, [5, 4], [3]),
    1,
    [
      [5, 4],
      [3, 1],
    ],
  ],
  ["older than what is loaded: stays out", list(4, [5, 4]), 1, [[5, 4]]],
  ["into nothing", list(0, []), 1, [[1]]],
])("%s", (_, before, id, want) => expect(ids(inserted(before, sample(id)))).toEqual(want));

test("a list follows its filter", () => {
  const running = list(0, [2]);
  expect(ids(merged(running, { state: "running" }, sample(2, { primary: "over" }), "bob"))).toEqual([[]]);
  expect(ids(merged(running, { state: "running" }, sample(3, { primary: "running" }), "bob"))).toEqual([
    [3, 2],
  ]);
  expect(ids(merged(running, {}, sample(3), "eve"))).toEqual([[2]]);
});

test("only the server knows what a text finds", () => {
  expect(merged(list(0, [2]), { q: "x" }, sample(3), "bob")).toBeUndefined();
  expect(ids(merged(list(0, [2]), { q: "x" }, sample(2), "bob"))).toEqual([[2]]);
});

test("where the oldest come first, a new task comes last, once all are loaded", () => {
  const oldest = { order: "oldest" };
  expect(ids(merged(list(0, [1, 2], [3]), oldest, sample(4), "bob"))).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect(ids(merged(list(3, [1, 2], [3]), oldest, sample(4), "bob"))).toEqual([[1, 2], [3]]);
});

test("pages that hold nothing of what changed stay as they are, and are not drawn again", () => {
  const before = list(0, [3, 2], [1]);
  const after = replaced(before, sample(1, { primary: "over" }));
  expect(after.pages[0]).toBe(before.pages[0]);
  expect(after.pages[1]).not.toBe(before.pages[1]);
});
