import { client, want } from "../../api/client";
import { type Filter, queryOf } from "../filter";

export type Deed = "kill" | "suspend" | "resume" | "archive" | "tag" | "untag";

/** What takes a deed back, if anything does. */
export const undo: Partial<Record<Deed, Deed>> = {
  suspend: "resume",
  resume: "suspend",
  tag: "untag",
  untag: "tag",
};

const atOnce = 500; // tasks of one request
const page = 1000;

export interface Outcome {
  done: number[];
  refused: number;
  why: string; // of the first that was refused
}

/** Does something to many tasks, a part after the other, until it is told to stop. */
export async function actOn(
  deed: Deed,
  ids: readonly number[],
  tag: string,
  told: (done: number) => void,
  signal: AbortSignal,
): Promise<Outcome> {
  const out: Outcome = { done: [], refused: 0, why: "" };
  for (let i = 0; i < ids.length && !signal.aborted; i += atOnce) {
    const tasks = ids.slice(i, i + atOnce);
    const { tasks: done, refused } = await want(client.POST("/task/act", { body: { do: deed, tag, tasks } }));
    out.done.push(...(done ?? []));
    out.refused += refused?.length ?? 0;
    out.why ||= refused?.[0]?.msg ?? "";
    told(Math.min(i + atOnce, ids.length));
  }
  return out;
}

/** The ids of all tasks that a filter lets through. */
export async function allOf(
  filter: Filter,
  told: (found: number) => void,
  signal: AbortSignal,
): Promise<number[]> {
  const ids: number[] = [];
  for (let before = 0; !signal.aborted; ) {
    const query = { ...queryOf(filter), limit: page, fields: "id", ...(before ? { before } : {}) };
    const { tasks, next } = await want(client.GET("/task", { params: { query }, signal }));
    for (const { id } of tasks ?? []) ids.push(id);
    told(ids.length);
    if (!next) break;
    before = next;
  }
  return ids;
}
