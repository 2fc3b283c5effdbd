import type { TaskRow } from "../api/types";
import { text } from "../text";
import { progressOf } from "./array";

/** How a state feels; picks its colour and mark. */
export type Tone = "calm" | "busy" | "good" | "bad" | "warn" | "held";

export interface State {
  tone: Tone;
  label: string; // one or two words
  words: string; // why, in words; may be empty
}

const tones: Record<string, Tone> = {
  succeeded: "good",
  killed: "warn",
  rejected: "bad",
  over_quota: "bad",
  failed: "bad",
  out_of_memory: "bad",
  timed_out: "bad",
  idle: "warn",
  node_lost: "bad",
  cannot_start: "bad",
  engine_error: "bad",
};

const held = ["suspended", "resume requested", "resume rejected"]; // the last two are still frozen

/** Says in words where a task is in its life, and why. */
export function stateOf(task: TaskRow): State {
  const { primary, reason } = task.status;
  const array = progressOf(task);
  const count = array && text.array.count(array.all);
  if (isSuspended(task)) {
    const far = array && primary === "running" ? text.array.progress(array) : count;
    return { tone: "held", label: text.state.suspended, words: join(idle(task) ?? wish(task), far) };
  }
  switch (primary) {
    case "running": {
      const far = array && text.array.progress(array);
      return {
        tone: "busy",
        label: text.state.running,
        words: join(wish(task), idle(task), task.container.status, far),
      };
    }
    case "over":
      return { ...ended(task), words: join(exit(task), capital(reason)) || (count ?? "") };
    case "archived":
      return {
        tone: "calm",
        label: text.state.archived,
        words: join(outcomeLabel(task), exit(task), capital(reason)),
      };
    default: {
      const why = task.container.status || reason || text.state.waiting;
      return { tone: "calm", label: text.state.pending, words: join(wish(task), count, why) };
    }
  }
}

/** Reports whether nothing will happen to a task any more. */
export function isFinal(task: TaskRow): boolean {
  return task.status.primary === "over" || task.status.primary === "archived";
}

/** Reports whether a task is frozen, or held back while it waits. */
export function isSuspended(task: TaskRow): boolean {
  return !isFinal(task) && held.includes(task.status.secondary ?? "");
}

/** What somebody asked for that has neither been done nor refused yet. */
export function openWish(task: TaskRow): string | undefined {
  const wish = task.status.wish;
  return isFinal(task) || !wish || wish.date_done || wish.refused ? undefined : wish.kind;
}

/** When and how long a task ran, or has been running; undefined before it runs. */
export function runOf(task: TaskRow): { since: number } | { seconds: number } | undefined {
  const { date_running: from, date_over: to, duration } = task.status;
  if (isFinal(task)) {
    if (duration != null) return { seconds: duration };
    return from && to ? { seconds: to - from } : undefined;
  }
  return from && task.status.primary === "running" ? { since: from } : undefined;
}

function ended(task: TaskRow): { tone: Tone; label: string } {
  const outcome = outcomeOf(task);
  return { tone: tones[outcome] ?? "calm", label: outcomeLabel(task) || text.state.over };
}

/** An older server says no outcome; then the exit code tells. */
function outcomeOf(task: TaskRow): string {
  const { outcome, secondary, exitcode } = task.status;
  if (outcome) return outcome;
  if (secondary === "killed") return "killed";
  if (exitcode == null) return "";
  return exitcode === 0 ? "succeeded" : "failed";
}

function outcomeLabel(task: TaskRow): string {
  const outcome = outcomeOf(task);
  return (text.state as unknown as Record<string, string>)[outcome] ?? outcome.replaceAll("_", " ");
}

function exit(task: TaskRow): string | undefined {
  const { exitcode, reason } = task.status;
  if (exitcode == null || outcomeOf(task) === "succeeded") return undefined;
  if (reason && outcomeOf(task) !== "failed") return undefined; // 137 says less than the reason
  return reason?.includes(`exit code ${exitcode}`) ? undefined : text.state.exit(exitcode); // once is enough
}

/** What somebody asked for and what came of it, such as "kill requested". */
function wish(task: TaskRow): string | undefined {
  const { secondary } = task.status;
  if (secondary === "suspended" || secondary === "resumed" || secondary === "rescheduled") return undefined;
  return capital(secondary);
}

/** That nothing happens in a session, and what came of it. */
function idle({ status }: TaskRow): string | undefined {
  if (!status.idle) return undefined;
  return status.idle.frozen ? capital(status.reason) : text.state.quiet;
}

function capital(words: string | null | undefined): string | undefined {
  return words ? words.charAt(0).toUpperCase() + words.slice(1) : undefined;
}

function join(...parts: (string | null | undefined)[]): string {
  return [...new Set(parts.filter(Boolean))].join(" · ");
}
