import { expect, test } from "vitest";
import { tokens } from "./highlight";

test("nothing of a script is lost", () => {
  const script = "#!/bin/bash\nfor f in *.fq; do # each\n  echo \"$f's # 3\" 'a\"b' $x a#b\ndone";
  expect(
    tokens(script)
      .map(({ text }) => text)
      .join(""),
  ).toBe(script);
});

test("comments, texts, names and words are told apart", () => {
  const kinds = tokens('if true; then # why\necho "$x" $HOME 12').filter(({ kind }) => kind);
  expect(kinds.map(({ text, kind }) => `${kind}:${text}`)).toEqual([
    "word:if",
    "word:true",
    "word:then",
    "comment:# why",
    "word:echo",
    'text:"$x"',
    "name:$HOME",
    "number:12",
  ]);
});
