import { expect, test } from "vitest";
import { clean, LogBuffer, limits } from "./logbuffer";

const lines = (buffer: LogBuffer) => buffer.view().blocks.flatMap((block) => block.lines);

test("pieces end anywhere", () => {
  const buffer = new LogBuffer();
  buffer.append(3, "one\ntw");
  expect(buffer.view().tail).toBe("tw");
  buffer.append(9, "o\nthree");
  expect(lines(buffer)).toEqual(["one", "two"]);
  expect(buffer.view().tail).toBe("three");
});

test("a piece that comes twice is taken once", () => {
  const buffer = new LogBuffer();
  buffer.append(0, "a\n");
  buffer.append(2, "b\n");
  buffer.append(0, "a\n");
  buffer.append(2, "b\n");
  expect(lines(buffer)).toEqual(["a", "b"]);
});

test("pieces without an offset are all taken", () => {
  const buffer = new LogBuffer();
  buffer.append(Number.NaN, "a\n");
  buffer.append(Number.NaN, "b\n");
  expect(lines(buffer)).toEqual(["a", "b"]);
});

test("it forgets the beginning, not the numbers", () => {
  const buffer = new LogBuffer();
  const many = limits.lines + limits.block;
  buffer.append(1, "x\n".repeat(many));
  const view = buffer.view();
  expect(view.dropped).toBe(limits.block);
  expect(view.blocks[0]?.first).toBe(limits.block);
  expect(lines(buffer).length).toBe(limits.lines);
});

test("whole blocks stay the same, so that they are drawn once", () => {
  const buffer = new LogBuffer();
  buffer.append(1, "x\n".repeat(limits.block + 1));
  const before = buffer.view().blocks;
  buffer.append(2, "y\n");
  const after = buffer.view().blocks;
  expect(after[0]).toBe(before[0]);
  expect(after[1]).not.toBe(before[1]);
});

test("after a clear it starts again", () => {
  const buffer = new LogBuffer();
  buffer.append(5, "a\nb");
  buffer.clear();
  buffer.append(5, "a\n");
  expect(lines(buffer)).toEqual(["a"]);
});

test.each([
  ["plain", "plain"],
  ["\u001b[1;32mgreen\u001b[0m", "green"],
  ["\u001b]0;title\u0007text", "text"],
  ["windows\r", "windows"],
  ["10 %\r50 %\r100 %", "100 %"],
  ["10 %\r50 %\r", "50 %"],
])("clean %j", (line, want) => expect(clean(line)).toBe(want));
