import { expect, test } from "vitest";
import type { MemberUsage } from "../api/types";
import { epochOf, stackOf } from "./stack";

const line = (user: string, date: string, cpu: number): MemberUsage => ({
  user,
  date,
  cpu,
  ram: 0,
  time: 0,
  gpu: 0,
});

test("days are of UTC and not padded", () => expect(epochOf("2026_3_7")).toBe(Date.UTC(2026, 2, 7) / 1000));

test("members by what they used, on every day of the window, the rest as one", () => {
  const usage = [
    line("ann", "2026_3_7", 1),
    line("bob", "2026_3_6", 5),
    line("cat", "2026_3_7", 2),
    line("", "2026_3_7", 1),
    line("dan", "2025_1_1", 9),
  ];
  const { days, members } = stackOf(usage, ["2026_3_6", "2026_3_7"], "cpu", 2);
  expect(days).toHaveLength(2);
  expect(members).toEqual([
    { user: "bob", total: 5, each: [5, 0] },
    { user: "cat", total: 2, each: [0, 2] },
    { user: "", total: 2, each: [0, 2] },
  ]);
});
