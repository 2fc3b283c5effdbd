import { expect, test } from "vitest";
import { elementValue, nameOf, progressOf, valuesIn } from "./array";
import { sample } from "./sample";
import { stateOf } from "./state";

const counts = { nb_tasks: 100, nb_tasks_over: 34, nb_tasks_failed: 3, nb_tasks_running: 2 };
const requirements = (array: object) => ({ ...sample(1).requirements, array }) as never;

test("an array says how far it is", () => {
  const array = sample(1, { primary: "running" }, { requirements: requirements(counts) });
  expect(progressOf(array)).toEqual({ all: 100, over: 34, failed: 3, running: 2 });
  expect(stateOf(array).words).toBe("34 of 100 over, 3 did not succeed, 2 running");
  const waits = sample(1, {}, { requirements: requirements({ nb_tasks: 1 }) });
  expect(stateOf(waits).words).toBe("1 element · Waiting for its turn");
  const well = sample(1, { primary: "over", exitcode: 0 }, { requirements: requirements(counts) });
  expect(stateOf(well).words).toBe("100 elements");
});

test("an element has its value, and no progress", () => {
  const element = sample(
    2,
    {},
    { parent_task_id: 1, requirements: requirements({ ...counts, task_id: 17 }) },
  );
  expect(progressOf(element)).toBeUndefined();
  expect([elementValue(element), nameOf(element)]).toEqual([17, "task 2 [17]"]);
});

test("other tasks have neither", () => {
  expect([progressOf(sample(1)), elementValue(sample(1)), nameOf(sample(1))]).toEqual([
    undefined,
    undefined,
    "task 1",
  ]);
});

test("the values that failed lead to their elements", () => {
  const array = sample(7, {}, { requirements: requirements({ ...counts, values: "10:208:2%5" }) });
  expect(valuesIn(array, "3 of 100 elements did not succeed: values 10, 14, 208, …")).toEqual([
    { text: "3 of 100 elements did not succeed: values " },
    { text: "10", id: 8 },
    { text: ", " },
    { text: "14", id: 10 },
    { text: ", " },
    { text: "208", id: 107 },
    { text: ", …" },
  ]);
  expect(valuesIn(array, "it failed: value 11")).toContainEqual({ text: "11" });
  expect(valuesIn(sample(7), "it failed: value 10")).toEqual([{ text: "it failed: value 10" }]);
});
