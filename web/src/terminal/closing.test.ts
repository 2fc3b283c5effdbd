import { expect, test } from "vitest";
import { isFinal } from "./closing";

test("what the server decided is final, and what befell it is not", () => {
  for (const code of [4400, 4401, 4403, 1008, 1009]) expect(isFinal(code), String(code)).toBe(true);
  for (const code of [1000, 1001, 1005, 1006, 1011, 1012, 1013])
    expect(isFinal(code), String(code)).toBe(false);
});
