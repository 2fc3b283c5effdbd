import { expect, test } from "vitest";
import { spanOf } from "./span";

const now = 1_800_000_000;

test("what ends is drawn whole, what does not goes to the edge", () => {
  const span = spanOf(
    [
      { date_from: now, date_to: now + 10 * 86_400 },
      { date_from: null, date_to: null },
    ],
    now,
  );
  const some = span.place(now, now + 10 * 86_400);
  expect(Number.parseFloat(some.left) + Number.parseFloat(some.width)).toBeLessThan(100);
  expect(span.place(0, Number.POSITIVE_INFINITY)).toEqual({ left: "0%", width: "100%" });
  expect(span.ticks.length).toBeGreaterThan(2);
  expect(span.ticks.length).toBeLessThan(12);
});

test("nothing reserved is a day", () => expect(spanOf([], now).at(now + 86_400)).toBe("100%"));
