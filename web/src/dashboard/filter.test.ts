import { expect, test } from "vitest";
import { filterOf, queryOf, spanOf } from "./filter";

test("what makes no sense is left out", () =>
  expect(filterOf({ span: "eon", from: "x", to: "5", user: " ", tag: "rna" })).toEqual({ tag: "rna" }));

test("two times are in place of a span", () => {
  const filter = filterOf({ span: "day", from: "100", to: "200" });
  expect(filter).toEqual({ from: 100, to: 200 });
  expect(spanOf(filter)).toBeUndefined();
  expect(queryOf(filter, 1000, 60)).toEqual({ from: 100, to: 200, zone: 60 });
});

test("a span goes up to now", () =>
  expect(queryOf({ span: "day", user: "ann" }, 86_461, 0)).toEqual({
    from: 120,
    to: 86_520,
    zone: 0,
    user: "ann",
  }));
