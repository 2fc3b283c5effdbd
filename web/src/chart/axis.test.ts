import { expect, test } from "vitest";
import { apart, spanOf, timesOf } from "./axis";

const at = (day: number, hour: number) => new Date(2024, 4, day, hour).getTime() / 1000;

test("hours tell the day where it begins, days the year", () => {
  expect(timesOf([at(1, 12), at(1, 18), at(2, 0), at(2, 6)], 21_600)).toEqual([
    expect.stringMatching(/^12:00\n.*1/),
    "18:00",
    expect.stringMatching(/^00:00\n.*2/),
    "06:00",
  ]);
  const [first, second] = timesOf([at(1, 0), at(8, 0)], 604_800);
  expect(first).toMatch(/\n2024$/);
  expect(second).not.toContain("2024");
});

test("steps below a minute tell the seconds", () =>
  expect(timesOf([at(1, 12), at(1, 12) + 5], 5)).toEqual([
    expect.stringMatching(/^12:00:00\n.*1/),
    "12:00:05",
  ]));

test("the newest bar has room", () => {
  expect(spanOf([0, 3600, 7200], true)).toEqual([0, 10_800]);
  expect(spanOf([0, 3600, 7200], false)).toEqual([0, 7200]);
  expect(spanOf([3600], false)).toEqual([3600, 7200]);
});

test("no label says what the one before does", () =>
  expect(apart(["0 s", "0 s", "1 s", "1 s"])).toEqual(["0 s", "", "1 s", ""]));
