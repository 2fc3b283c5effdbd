import { expect, test } from "vitest";
import { rowsOf } from "./csv";

test.each([
  [
    "a,b\n1,2\n",
    [
      ["a", "b"],
      ["1", "2"],
    ],
  ],
  [
    'a;"b;c"\r\n1;2',
    [
      ["a", "b;c"],
      ["1", "2"],
    ],
  ],
  ['"say ""hi""",2', [['say "hi"', "2"]]],
  ['"two\nlines"\tx', [["two\nlines", "x"]]],
  ["", []],
])("the rows of %j", (text, want) => expect(rowsOf(text)).toEqual(want));

test("no more rows than asked for", () => expect(rowsOf("a\nb\nc", ",", 2)).toEqual([["a"], ["b"]]));
