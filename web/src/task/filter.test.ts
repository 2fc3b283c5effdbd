import { expect, test } from "vitest";
import { filterOf, isEmpty, matches } from "./filter";
import { sample } from "./sample";

test("an address becomes a filter", () => {
  expect(filterOf({ state: "running", q: "", tag: " ", page: "2", user: 3 })).toEqual({ state: "running" });
  expect(isEmpty(filterOf({}))).toBe(true);
});

test("what a filter lets through", () => {
  const task = sample(1, { primary: "running" });
  expect(matches({}, task, "bob")).toBe(true);
  expect(matches({}, task, "eve")).toBe(false);
  expect(matches({ user: "*" }, task, "eve")).toBe(true);
  expect(matches({ user: "bob" }, task, "eve")).toBe(true);
  expect(matches({ state: "over" }, task, "bob")).toBe(false);
  expect(matches({ project: "galaxy" }, task, "bob")).toBe(false);
  expect(matches({ tag: "rna" }, task, "bob")).toBe(false);
  expect(matches({ parent: 7 }, task, "bob")).toBe(false);
  const element = sample(2, {}, { parent_task_id: 7 });
  expect(matches({ parent: 7 }, element, "eve")).toBe(true);
  expect(matches({}, element, "bob")).toBe(false);
});
