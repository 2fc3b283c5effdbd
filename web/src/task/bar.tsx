import type { TaskRow } from "../api/types";
import { progressOf } from "./array";
import css from "./bar.module.css";

/** How far an array is, as a picture of the words that stand beside it. */
export function Bar({ task }: { task: TaskRow }) {
  const progress = progressOf(task);
  if (!progress) return null;
  const { all, over, failed, running } = progress;
  const parts = { good: over - failed, bad: failed, busy: running };
  return (
    <span className={css.bar} aria-hidden="true" data-testid="bar">
      {Object.entries(parts).map(([tone, n]) => (
        <span key={tone} data-tone={tone} style={{ width: `${(100 * n) / all}%`, minWidth: n > 0 ? 3 : 0 }} />
      ))}
    </span>
  );
}
