import { expect, test } from "vitest";
import { outside, readNumber } from "./number";

test.each([
  ["1,5", 1.5],
  [" 0.25 ", 0.25],
  ["1e9", 1e9],
  ["1,500", undefined],
  ["1.500,5", undefined],
  ["many", undefined],
  ["-3", undefined],
  ["1e99", undefined],
])("%j is the number %j", (words, want) => expect(readNumber(words)).toBe(want));

test("what is out of bounds is said", () => {
  expect(outside(200, 0, 100)).toBe("From 0 to 100.");
  expect(outside(-1, 0)).toBe("At least 0.");
  expect(outside("", 1)).toBeUndefined();
  expect(outside(5, 0, 100)).toBeUndefined();
});
