import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Batch } from "./batch";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("ids are handed over together and once", async () => {
  const got: number[][] = [];
  const batch = new Batch(100, async (ids) => void got.push(ids));
  for (const id of [1, 2, 1]) batch.add(id);
  await vi.advanceTimersByTimeAsync(99);
  expect(got).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(got).toEqual([[1, 2]]);
});

test("a batch waits for the one before", async () => {
  const got: number[][] = [];
  const batch = new Batch(100, async (ids) => {
    got.push(ids);
    await new Promise((done) => setTimeout(done, 1000));
  });
  batch.add(1);
  await vi.advanceTimersByTimeAsync(100);
  batch.add(2);
  await vi.advanceTimersByTimeAsync(900);
  expect(got).toEqual([[1]]);
  await vi.advanceTimersByTimeAsync(300);
  expect(got).toEqual([[1], [2]]);
});

test("a stopped batch does nothing more", async () => {
  const work = vi.fn(async () => {});
  const batch = new Batch(100, work);
  batch.add(1);
  batch.stop();
  await vi.advanceTimersByTimeAsync(1000);
  expect(work).not.toHaveBeenCalled();
});
