import { expect, test } from "vitest";
import { picked } from "./selection";

const tasks = [9, 8, 7, 6, 5].map((id) => ({ id }));

test("a click selects, a second one does not any more", () => {
  expect([...picked(new Set(), tasks, 1, -1)]).toEqual([8]);
  expect([...picked(new Set([8, 5]), tasks, 1, -1)]).toEqual([5]);
});

test("with Shift all between are selected, in either direction", () => {
  expect([...picked(new Set([9]), tasks, 3, 1)]).toEqual([9, 8, 7, 6]);
  expect([...picked(new Set(), tasks, 0, 2)]).toEqual([9, 8, 7]);
});
