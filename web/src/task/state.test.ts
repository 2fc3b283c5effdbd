import { expect, test } from "vitest";
import type { Status } from "../api/types";
import { sample } from "./sample";
import { isSuspended, openWish, runOf, stateOf } from "./state";

test("a waiting task says why", () => {
  expect(stateOf(sample(1))).toMatchObject({ label: "Pending", words: "Waiting for its turn" });
  const pulling = sample(1);
  pulling.container.status = "pulling debian:12: 45 %";
  expect(stateOf(pulling).words).toBe("pulling debian:12: 45 %");
});

test("a wish shows until it is granted", () => {
  const task = sample(1, { primary: "running", secondary: "kill requested" });
  expect(stateOf(task)).toMatchObject({ label: "Running", words: "Kill requested" });
});

test.each([
  [{ outcome: "succeeded", exitcode: 0 }, "good", "Succeeded", ""],
  [{ outcome: "failed", exitcode: 3, reason: "script" }, "bad", "Failed", "Exit code 3 · Script"],
  [
    { outcome: "failed", exitcode: 3, reason: "ended with exit code 3" },
    "bad",
    "Failed",
    "Ended with exit code 3",
  ],
  [{ outcome: "cannot_start", reason: "no such image" }, "bad", "Cannot start", "No such image"],
  [{ outcome: "something_new", exitcode: 1 }, "calm", "something new", "Exit code 1"],
  [{ outcome: "killed", exitcode: 137, reason: "killed by bob" }, "warn", "Killed", "Killed by bob"],
  [{ secondary: "killed", exitcode: 137 }, "warn", "Killed", "Exit code 137"], // no outcome said
  [{ exitcode: 0 }, "good", "Succeeded", ""],
  [{}, "calm", "Over", ""],
])("over with %o", (status, tone, label, words) => {
  expect(stateOf(sample(1, { primary: "over", ...status }))).toEqual({ tone, label, words });
});

test("a session in which nothing happens says so, and what came of it", () => {
  const date_warned = 1_700_000_000;
  expect(stateOf(sample(1, { primary: "running", idle: { date_warned, frozen: false } })).words).toBe(
    "Nothing happens in it",
  );
  const reason = "Frozen: idle for 2h";
  const frozen = sample(1, {
    primary: "running",
    secondary: "suspended",
    reason,
    idle: { date_warned, frozen: true },
  });
  expect(stateOf(frozen)).toEqual({ tone: "held", label: "Suspended", words: reason });
  const ended = sample(1, { primary: "over", outcome: "idle", exitcode: 137, reason: "Ended: idle for 2h" });
  expect(stateOf(ended)).toEqual({ tone: "warn", label: "Idle", words: "Ended: idle for 2h" });
});

test("a frozen task says so", () => {
  const task = sample(1, { primary: "running", secondary: "suspended" });
  expect(stateOf(task)).toEqual({ tone: "held", label: "Suspended", words: "" });
  expect(stateOf(sample(1, { secondary: "resume requested" }))).toMatchObject({
    label: "Suspended",
    words: "Resume requested",
  });
  expect(isSuspended(sample(1, { primary: "over", secondary: "suspended" }))).toBe(false);
});

test("a wish is open until it is done or refused", () => {
  const wish = {
    kind: "kill",
    by: "bob",
    date_asked: 5,
    date_done: null,
    refused: "",
  } as never as Status["wish"];
  expect(openWish(sample(1, { wish }))).toBe("kill");
  expect(openWish(sample(1, { wish: { ...wish, date_done: 6 } }))).toBeUndefined();
  expect(openWish(sample(1, { wish: { ...wish, refused: "no" } }))).toBeUndefined();
  expect(openWish(sample(1))).toBeUndefined();
});

test("the run of a task", () => {
  expect(runOf(sample(1))).toBeUndefined();
  expect(runOf(sample(1, { primary: "running", date_running: 5 }))).toEqual({ since: 5 });
  expect(runOf(sample(1, { primary: "over", date_running: 5, date_over: 9 }))).toEqual({ seconds: 4 });
  expect(runOf(sample(1, { primary: "over", duration: 7, date_over: 9 }))).toEqual({ seconds: 7 });
  expect(runOf(sample(1, { primary: "over", date_over: 9 }))).toBeUndefined();
});
