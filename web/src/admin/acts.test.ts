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
  const detail = 'gid: 0 → 20003, homeDirectory: "" → "/home/a, b", sgids: null → [], usage.prio: 50 → 80';
  expect(detailOf({ action: "user.change", detail })).toBe(
    'group id: 0 → 20003, home folder: nothing → "/home/a, b", priority: 50 → 80',
  );
  expect(detailOf({ action: "user.add", detail })).toBe(
    'group id: 20003, home folder: "/home/a, b", priority: 80',
  );
  expect(detailOf({ action: "user.key.add", detail: "key laptop" })).toBe("key laptop");
});
