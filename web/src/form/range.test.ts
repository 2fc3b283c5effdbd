import { expect, test } from "vitest";
import { countOf, isTooMany, rangeOf, someOf } from "./range";

test.each([
  ["10", 10, "1 2 3 4 … 10"],
  ["1:100:2%10", 50, "1 3 5 7 … 99"],
  ["0:4", 5, "0 1 2 3 4"],
  [" 1:9:4 ", 3, "1 5 9"],
  ["7:7", 1, "7"],
])("the elements of %s", (values, count, shown) => {
  const range = rangeOf(values);
  if (!range) throw new Error("not understood");
  const { first, last } = someOf(range);
  expect(countOf(range)).toBe(count);
  expect([...first, ...(last === undefined ? [] : ["…", last])].join(" ")).toBe(shown);
});

test("at most so many at once", () => expect(rangeOf("1:100:2%10")?.parallel).toBe(10));

test.each([
  "",
  "x",
  "1:",
  "5:1",
  "1:9:0",
  "1:2:3:4",
  "3%0",
  "-1:4",
  "1000001",
  "0",
])("no array is %j", (values) => expect(rangeOf(values)).toBeUndefined());

test("too many are told from what is no array", () => {
  expect(isTooMany("1:1000000000")).toBe(true);
  expect(isTooMany("1:1000000")).toBe(false);
  expect(isTooMany("5:1")).toBe(false);
});
