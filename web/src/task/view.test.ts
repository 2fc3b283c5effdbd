import { expect, test } from "vitest";
import { viewOf } from "./view";

test("a view has what the address bar says, and nothing else", () => {
  expect(viewOf({ tab: "files", folder: "out/plots", file: "", page: "3", find: 7 })).toEqual({
    tab: "files",
    folder: "out/plots",
  });
});
