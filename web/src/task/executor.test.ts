import { expect, test } from "vitest";
import type { Config } from "../api/types";
import { able, executorOf, taskAble } from "./executor";
import { sample } from "./sample";

const config = {
  executors: ["docker", "farm"],
  executor_features: ["attach", "gpus", "pause"],
  executor_abilities: { docker: ["attach", "pause"], farm: ["gpus"] },
} as unknown as Config;

test("a task can what its own executor can", () => {
  const task = sample(1, { primary: "running" });
  task.container.executor = "farm";
  expect(executorOf(config, task)).toBe("farm");
  expect(taskAble(config, task, "pause")).toBe(false);
  expect(taskAble(config, task, "gpus")).toBe(true);
});

test("a task that waits is of the executor that it asks for, or of the first", () => {
  const task = sample(1);
  expect(executorOf(config, task)).toBe("docker");
  task.requirements.executor = "farm:night:docker";
  expect(executorOf(config, task)).toBe("farm");
  expect(taskAble(config, task, "attach")).toBe(false);
});

test("what is chosen decides, and an executor that is gone can nothing", () => {
  expect(able(config, "", "gpus")).toBe(false);
  expect(able(config, "farm", "gpus")).toBe(true);
  expect(able(config, "gone", "gpus")).toBe(false);
  expect(able(undefined, "farm", "gpus")).toBeUndefined();
});
