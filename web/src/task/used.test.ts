import { expect, test } from "vitest";
import { sample } from "./sample";
import { usedOf } from "./used";

const stats = { peak_ram: 0.4 * 2 ** 30, cpu_seconds: 194, read_bytes: 0, write_bytes: 0 };
const task = (status: object) => {
  const made = sample(1, { primary: "over", ...status });
  return {
    ...made,
    requirements: { ...made.requirements, cpu: 2, ram: 8 },
    container: { ...made.container, stats },
  };
};

test.each([
  [{ duration: 100 }, "0.4 of 8 GB, 97 % of 2 cpus"],
  [{ duration: 200, suspended: 100 }, "0.4 of 8 GB, 97 % of 2 cpus"],
  [{ duration: 0.2 }, "0.4 of 8 GB"], // too short to tell
  [{ primary: "running", duration: 100 }, ""],
])("what a task used: %o", (status, want) => expect(usedOf(task(status))).toBe(want));

test("without a measurement there is nothing to say", () =>
  expect(usedOf(sample(1, { primary: "over" }))).toBe(""));
