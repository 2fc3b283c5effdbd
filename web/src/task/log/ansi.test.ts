import { expect, test } from "vitest";
import { clean, marked, pieces } from "./ansi";

test.each([
  ["plain", "plain"],
  ["\u001b[1;32mok\u001b[0m done", "ok done"],
  ["10 %\r50 %\r100 %\r", "100 %"],
  ["\u001b]0;a title\u0007text", "text"],
  ["\u001b[2K\u001b[1Gline", "line"],
])("what is left of %j", (line, want) => expect(clean(line)).toBe(want));

test("colours become words", () => {
  expect(pieces("a\u001b[31;1mb\u001b[22mc\u001b[0md\u001b[38;5;9me")).toEqual([
    { text: "a", look: "" },
    { text: "b", look: "fg1 bold" },
    { text: "c", look: "fg1" },
    { text: "d", look: "" },
    { text: "e", look: "" },
  ]);
});

test("what looks like markup stays text", () => {
  expect(pieces("<script>alert(1)</script>")).toEqual([{ text: "<script>alert(1)</script>", look: "" }]);
});

test("what is searched for is cut out, in any letter case", () => {
  const found = marked(pieces("an Error, an error"), "error");
  expect(found.map(({ text, hit }) => (hit ? `[${text}]` : text)).join("")).toBe("an [Error], an [error]");
});
