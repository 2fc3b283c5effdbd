import { expect, test } from "vitest";
import { shareOf } from "./quota";

const days = [0, 3600, 36_000].map((cpu) => ({ cpu, ram: 0, gpu: 0, time: 0 }));

test("the days that fall out first are what frees up", () =>
  expect(shareOf("cpu", days, 20 * 3600)).toEqual({
    kind: "cpu",
    used: 11,
    quota: 20,
    frees: { amount: 1, days: 2 },
  }));

test("where it is used up, as much has to free up as is too much", () =>
  expect(shareOf("cpu", days, 5 * 3600).frees).toEqual({ amount: 11, days: 3 }));

test("without a limit nothing has to free up", () =>
  expect(shareOf("cpu", days, 0)).toEqual({ kind: "cpu", used: 11, quota: 0 }));
