import { useCallback, useMemo, useRef, useState } from "react";
import type { TaskRow } from "../../api/types";

export interface Selection {
  ids: ReadonlySet<number>;
  /** Selects the task at a place or not, or, of a range, all from the last one on. */
  pick: (index: number, range: boolean) => void;
  set: (ids: Iterable<number>) => void;
  clear: () => void;
}

/** The tasks that somebody chose in a list, by their ids: places move. */
export function useSelection(tasks: readonly TaskRow[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<number>>(new Set());
  const last = useRef<number>(undefined);
  const now = useRef(tasks);
  now.current = tasks;

  const pick = useCallback((index: number, range: boolean) => {
    const task = now.current[index];
    if (!task) return;
    const from = range ? now.current.findIndex(({ id }) => id === last.current) : -1;
    last.current = task.id;
    setIds((old) => picked(old, now.current, index, from));
  }, []);
  const set = useCallback((all: Iterable<number>) => setIds(new Set(all)), []);
  const clear = useCallback(() => setIds(new Set()), []);
  return useMemo(() => ({ ids, pick, set, clear }), [ids, pick, set, clear]);
}

/** What is selected after a click at a place; from is where a range begins, or -1. */
export function picked(
  old: ReadonlySet<number>,
  tasks: readonly { id: number }[],
  index: number,
  from: number,
): Set<number> {
  const next = new Set(old);
  if (from < 0) {
    const id = tasks[index]?.id;
    if (id !== undefined && !next.delete(id)) next.add(id);
    return next;
  }
  const range = tasks.slice(Math.min(from, index), Math.max(from, index) + 1);
  for (const { id } of range) next.add(id);
  return next;
}
