import { expect, test } from "vitest";
import { barOf, compact } from "./numbers";

test("what is shown as 0 has no bar", () => {
  expect(barOf(0.04, 0.04)).toBe(0);
  expect(barOf(0, 0)).toBe(0);
  expect(barOf(1, 4)).toBe(0.25);
});

test("small numbers beside an axis differ", () =>
  expect(new Set([0.02, 0.04, 0.06].map(compact)).size).toBe(3));
