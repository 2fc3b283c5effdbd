import { expect, test } from "vitest";
import { inOrder } from "./order";

test("folders first, and numbers as one counts", () => {
  const file = (name: string, type = "file") => ({ name, type, size: 0 });
  const all = [file("f10"), file("f1"), file("z", "dir"), file("f2")];
  expect(all.toSorted(inOrder).map(({ name }) => name)).toEqual(["z", "f1", "f2", "f10"]);
});
