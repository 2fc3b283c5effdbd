import type { Event, Task } from "../api/types";
import { isFinal } from "./state";

type Step = "pending" | "held" | "starting" | "running" | "suspended" | "ending";

/** A part of a task's life. */
export interface Span {
  step: Step;
  from: number; // epoch seconds
  to?: number; // undefined: it goes on
  attempt: number;
  words: string; // the last that was said then: why it waits, how far the image is
}

const steps = ["pending", "starting", "running", "ending"];

/** Makes the parts of a task's life of its events. */
export function spansOf(events: readonly Event[], task: Task): Span[] {
  const spans: Span[] = [];
  let state: Step = "pending";
  let held = false;
  const begin = (step: Step, event: Event) => {
    const open = spans.at(-1);
    if (open?.step === step && open.attempt === event.attempt) return;
    if (open && open.to === undefined) open.to = event.date;
    spans.push({ step, from: event.date, attempt: event.attempt, words: "" });
  };
  const shown = (): Step => {
    if (!held) return state;
    return state === "pending" ? "held" : state === "running" ? "suspended" : state;
  };
  for (const event of events) {
    if (event.kind === "granted" && (event.text === "suspend" || event.text === "resume"))
      held = event.text === "suspend";
    if (event.kind === "moved" && !steps.includes(event.state)) {
      const open = spans.at(-1);
      if (open) open.to ??= event.date;
      continue;
    }
    if (steps.includes(event.state)) state = event.state as Step;
    if (["submitted", "moved", "granted"].includes(event.kind)) begin(shown(), event);
    const open = spans.at(-1);
    if (event.kind === "detail" && open && event.text) open.words = event.text;
  }
  const last = spans.at(-1);
  if (last && last.to === undefined && isFinal(task)) last.to = task.status.date_over ?? last.from;
  return spans;
}
