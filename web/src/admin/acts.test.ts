import { expect, test } from "vitest";
import { deedOf, detailOf } from "./acts";

test("what commands do is told in words", () => {
  for (const action of [
    "login",
    "user.add",
    "user.change",
    "user.key.add",
    "user.key.delete",
    "project.add",
    "project.change",
    "task.enter",
  ])
    expect(deedOf(action)).not.toContain(".");
  expect(deedOf("user.add")).toBe("added");
});

test("fields are called as people call them", () => {
  expect(
    detailOf('gid: 0 → 20003, homeDirectory: "" → "/home/ann", usage.prio: 50 → 80, sgids: null → [5]'),
  ).toBe(
    'group id: 0 → 20003, home folder: nothing → "/home/ann", priority: 50 → 80, further groups: nothing → [5]',
  );
  expect(detailOf("key laptop")).toBe("key laptop");
});
