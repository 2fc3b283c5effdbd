import { expect, test } from "vitest";
import { csvOf } from "./csv";

test("what would end a cell is quoted", () =>
  expect(
    csvOf(
      ["a", "b"],
      [
        ['x"y', "1,2"],
        ["line\nbreak", 3.5],
      ],
    ),
  ).toBe('a,b\r\n"x""y","1,2"\r\n"line\nbreak",3.5\r\n'));

test("nothing becomes a formula, and no number a text", () =>
  expect(csvOf(["a"], [["=1+1"], ["@x"], [-5], [Number.NaN]])).toBe("a\r\n'=1+1\r\n'@x\r\n-5\r\n\r\n"));
