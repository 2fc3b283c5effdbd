import { expect, test } from "vitest";
import { filterOf, isEmpty, matches, queryOf, secondOf } from "./filter";
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

test("those that did not succeed are over, however they ended", () => {
  const failed = sample(1, { primary: "over", outcome: "failed" });
  expect(matches({ state: "unsuccessful" }, failed, "bob")).toBe(true);
  expect(matches({ state: "over" }, failed, "bob")).toBe(true);
  expect(
    matches({ state: "unsuccessful" }, sample(2, { primary: "over", outcome: "succeeded" }), "bob"),
  ).toBe(false);
  expect(matches({ state: "unsuccessful" }, sample(3, { primary: "running" }), "bob")).toBe(false);
  expect(queryOf({ state: "unsuccessful", parent: 7 })).toEqual({
    state: "over",
    outcome: "unsuccessful",
    parent: 7,
  });
});

test("days are whole in the reader's zone, and only real ones count", () => {
  expect(filterOf({ since: "2026-02-30", until: "2026-02-28", order: "up" })).toEqual({
    until: "2026-02-28",
  });
  const from = secondOf("2026-03-05") ?? 0;
  expect(new Date(from * 1000).getHours()).toBe(0);
  expect(queryOf({ since: "2026-03-05", until: "2026-03-05", order: "oldest", tag: "rna" })).toEqual({
    since: from,
    until: secondOf("2026-03-06"),
    order: "oldest",
    tag: "rna",
  });
  const task = sample(1, {}, { date: from + 60 });
  expect(matches({ since: "2026-03-05", until: "2026-03-05" }, task, "bob")).toBe(true);
  expect(matches({ since: "2026-03-06" }, task, "bob")).toBe(false);
  expect(matches({ until: "2026-03-04" }, task, "bob")).toBe(false);
  expect(matches({ image: "debian:12" }, task, "bob")).toBe(true);
  expect(matches({ image: "debian" }, task, "bob")).toBe(false);
});
