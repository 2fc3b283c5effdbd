import { expect, test } from "vitest";
import { clean, marked, pieces, upright } from "./ansi";

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
    { text: "e", look: "fg1" },
  ]);
});

test.each([
  ["38;5;208", "#ff8700"],
  ["38;5;244", "#808080"],
  ["38;2;255;136;0", "#ff8800"],
  ["38:2::255:136:0", "#ff8800"],
  ["38;5;999", undefined],
  ["38;2;1", undefined],
])("the colour %s", (codes, colour) => {
  expect(pieces(`\u001b[${codes}mx\u001b[my`)).toEqual([
    { text: "x", look: "", colour },
    { text: "y", look: "" },
  ]);
});

test.each([
  ["41", { look: "bg1" }],
  ["97;104", { look: "fg7 bg4" }],
  ["100", { look: "bg0" }],
  ["31;42;49", { look: "fg1" }],
  ["42;0;1", { look: "bold" }],
  ["48;5;9", { look: "bg1" }],
  ["48;5;208", { look: "", ground: "#ff8700" }],
  ["48;2;255;136;0", { look: "", ground: "#ff8800" }],
  ["48:2::255:136:0", { look: "", ground: "#ff8800" }],
  ["48;5;208;44", { look: "bg4" }],
  ["48;5;208;49", { look: "" }],
  ["48;5;208;38;5;21", { look: "", ground: "#ff8700", colour: "#0000ff" }],
  ["44;48;5;999", { look: "bg4" }],
  ["44;48;2;1", { look: "bg4" }],
  ["108", { look: "" }],
  ["7", { look: "turned" }],
  ["7;27", { look: "" }],
  ["31;7", { look: "bg1" }],
  ["31;44;7", { look: "fg4 bg1" }],
  ["44;7", { look: "fg4 bg7" }], // the usual text's own is behind
  ["7;38;5;208", { look: "", ground: "#ff8700" }],
  ["7;48;5;208", { look: "bg7", colour: "#ff8700" }],
  ["7;31;27", { look: "fg1" }],
])("what is behind after %s", (codes, want) => {
  expect(pieces(`\u001b[${codes}mx\u001b[my`)).toEqual([
    { text: "x", ...want },
    { text: "y", look: "" },
  ]);
});

test("what turns text around is shown instead", () => {
  const [piece] = pieces("paid \u202e001\u202c");
  expect(piece?.text).toBe("paid <U+202E>001<U+202C>");
  expect(upright("שלום")).toBe("שלום");
});

test("what looks like markup stays text", () => {
  expect(pieces("<script>alert(1)</script>")).toEqual([{ text: "<script>alert(1)</script>", look: "" }]);
});

test("what is searched for is cut out, in any letter case", () => {
  const found = marked(pieces("an Error, an error"), "error");
  expect(found.map(({ text, hit }) => (hit ? `[${text}]` : text)).join("")).toBe("an [Error], an [error]");
});
