import { expect, test } from "vitest";
import { diff } from "./diff";

const words = (a: string, b: string) =>
  diff(a, b).map(({ kind, text }) => `${{ same: " ", removed: "-", added: "+" }[kind]}${text}`);

test.each([
  ["a\nb\nc", "a\nb\nc", [" a", " b", " c"]],
  ["a\nb\nc", "a\nx\nc", [" a", "-b", "+x", " c"]],
  ["a\nb", "b\nc", ["-a", " b", "+c"]],
  ["a\na", "a", [" a", "-a"]],
])("%j and %j", (a, b, want) => expect(words(a, b)).toEqual(want));
