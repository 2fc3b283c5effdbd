import { expect, test } from "vitest";
import { problemOf } from "./problem";

test("the server's own words come first", () => {
  const body = { detail: "no", msg: "m", errors: [{ field: "a", message: "b" }, { field: 1 }] };
  expect(problemOf(400, body)).toMatchObject({ message: "no", fields: [{ field: "a", message: "b" }] });
});

test.each([[undefined], ["<html>bad gateway</html>"], [{ detail: "" }], [null]])("a body like %j", (body) => {
  const problem = problemOf(502, body);
  expect(problem.message).toBe("The server answered with an error (502).");
  expect(problem.passing).toBe(true);
});
