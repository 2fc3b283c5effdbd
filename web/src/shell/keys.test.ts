import { expect, test } from "vitest";
import type { Command } from "./commands";
import { caps, match, strokeOf } from "./keys";

const command = (id: string, keys?: string): Command => ({ id, label: id, group: "", keys, run: () => {} });
const none = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

test.each([
  [{ ...none, key: "n" }, "n"],
  [{ ...none, key: "K", shiftKey: true }, "shift+k"],
  [{ ...none, key: "?", shiftKey: true }, "?"],
  [{ ...none, key: "k", ctrlKey: true }, "mod+k"],
  [{ ...none, key: "Enter", ctrlKey: true }, "mod+Enter"],
])("a stroke %#", (event, want) => expect(strokeOf(event)).toBe(want));

test("keys that come one after the other are waited for", () => {
  const all = [command("tasks", "g t"), command("new", "n")];
  expect(match(all, "g")).toBe("more");
  expect(match(all, "g t")).toBe(all[0]);
  expect(match(all, "g x")).toBeUndefined();
});

test("the screen that came last has the keys", () => {
  const all = [command("site", "k"), command("screen", "k")];
  expect(match(all, "k")).toBe(all[1]);
});

test("keys have the names that are printed on them", () => {
  expect(caps("g t")).toEqual(["g", "t"]);
  expect(caps("mod+k")).toEqual(["Ctrl", "k"]);
  expect(caps("?")).toEqual(["?"]);
});
