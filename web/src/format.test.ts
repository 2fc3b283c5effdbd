import { expect, test } from "vitest";
import { ago, bytes, clock, duration, gigabytes, rough, sentence } from "./format";

test.each([
  [-3, "0 s"],
  [0.0001, "0 s"],
  [0.2, "200 ms"],
  [0.9999, "1 s"],
  [1.9, "1 s"],
  [59.9, "59 s"],
  [125, "2 min 05 s"],
  [3840, "1 h 04 min"],
  [90_000, "1 d 1 h"],
])("duration of %d s", (seconds, want) => expect(duration(seconds)).toBe(want));

test.each([
  [1000, 1003, "just now"],
  [1000, 990, "just now"], // the server's clock is ahead
  [1000, 1042, "42 s ago"],
  [1000, 1000 + 3600 * 5, "5 h ago"],
  [1000, 1000 + 86_400 * 3, "3 d ago"],
])("ago from %d at %d", (then, now, want) => expect(ago(then, now)).toBe(want));

test("above a week, the date says more", () => expect(ago(0, 86_400 * 30)).toMatch(/19(69|70)/));

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1500, "1.5 kB"],
  [999_600, "1 MB"],
  [21_400_000, "21 MB"],
  [812_000_000, "812 MB"],
  [5e15, "5000 TB"],
])("%d bytes", (n, want) => expect(bytes(n)).toBe(want));

test.each([
  [2 ** 30, "1.0"],
  [0.4 * 2 ** 30, "0.4"],
  [21_400_000, "0.02"],
  [3_000_000, "0.003"],
  [256 * 2 ** 30, "256"],
])("%d bytes of memory", (n, want) => expect(gigabytes(n)).toBe(want));

test.each([
  ["want at least 0.01 cpus, got 0", "Want at least 0.01 cpus, got 0."],
  ['"x" is not an image', '"x" is not an image.'],
  ["is missing", "It is missing."],
  ["Is it?", "Is it?"],
  [" ", ""],
])("the sentence of %j", (words, want) => expect(sentence(words)).toBe(want));

test.each([
  [59, "59 s"],
  [90, "2 min"],
  [5400, "1.5 h"],
  [2 * 86_400, "2 d"],
])("%d seconds are roughly %s", (seconds, want) => expect(rough(seconds)).toBe(want));

test("an estimate tells the day only where it is not today", () => {
  const now = new Date(2026, 2, 7, 9, 43).getTime() / 1000;
  expect(clock(now + 61, now)).toBe("09:44");
  expect(clock(now + 86_400, now)).toMatch(/8.*09:43/);
});
