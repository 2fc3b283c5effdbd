import { expect, test } from "vitest";
import type { DayUsage } from "../api/types";
import { freeIn, midnight, quotasOf } from "./quota";

test.each([
  [[10, 0, 5], 20, undefined],
  [[10, 0, 10], 20, 1],
  [[1, 9, 10], 10, 3],
  [[5], 0, undefined],
])("used day by day %j of %d is free again in %s days", (days, most, want) => {
  expect(freeIn(days, most)).toBe(want);
});

test("quotas of what there is, with what is used", () => {
  const day = (cpu: number): DayUsage => ({ date: "2026_1_1", cpu, ram: 1, time: 2, gpu: 0 });
  const allowed = { quota_cpu: 100, quota_ram: 0, quota_gpu: 0, quota_time: 0, quota_disk: 50 };
  expect(quotasOf(allowed, 20, [day(60), day(50)])).toEqual([
    { kind: "cpu", used: 110, most: 100, freeIn: 1, next: 60 },
    { kind: "ram", used: 2, most: 0, freeIn: undefined, next: 1 },
    { kind: "time", used: 4, most: 0, freeIn: undefined, next: 2 },
    { kind: "disk", used: 20, most: 50, next: 0 },
  ]);
});

test("days end at midnight in UTC", () => {
  expect(midnight(1, Date.UTC(2026, 2, 7, 23, 59))).toBe(Date.UTC(2026, 2, 8) / 1000);
});
