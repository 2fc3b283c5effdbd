import { expect, test } from "vitest";
import type { Event } from "../api/types";
import { sample } from "./sample";
import { spansOf } from "./timeline";

let seq = 0;
const event = (date: number, kind: string, state: string, rest: Partial<Event> = {}): Event =>
  ({ seq: ++seq, date, kind, state, attempt: 0, text: "", ...rest }) as Event;

test("a life in parts", () => {
  const events = [
    event(0, "submitted", "pending"),
    event(1, "detail", "pending", { text: "waits for 8 cpus" }),
    event(5, "moved", "starting", { attempt: 1 }),
    event(6, "detail", "starting", { attempt: 1, text: "pulling" }),
    event(9, "moved", "running", { attempt: 1 }),
    event(12, "granted", "running", { attempt: 1, text: "suspend" }),
    event(15, "granted", "running", { attempt: 1, text: "resume" }),
    event(20, "moved", "ending", { attempt: 1 }),
    event(21, "moved", "over", { attempt: 1 }),
  ];
  const spans = spansOf(events, sample(1, { primary: "over", date_over: 21 }));
  expect(spans.map(({ step, from, to }) => [step, from, to])).toEqual([
    ["pending", 0, 5],
    ["starting", 5, 9],
    ["running", 9, 12],
    ["suspended", 12, 15],
    ["running", 15, 20],
    ["ending", 20, 21],
  ]);
  expect(spans.slice(0, 2).map(({ words }) => words)).toEqual(["waits for 8 cpus", "pulling"]);
});

test("what goes on has no end", () => {
  const spans = spansOf(
    [event(0, "submitted", "pending"), event(3, "granted", "pending", { text: "suspend" })],
    sample(1),
  );
  expect(spans.map(({ step, to }) => [step, to])).toEqual([
    ["pending", 3],
    ["held", undefined],
  ]);
});
