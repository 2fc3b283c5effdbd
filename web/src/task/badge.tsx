import type { TaskRow } from "../api/types";
import css from "./badge.module.css";
import { stateOf, type Tone } from "./state";

// Each tone has a mark of its own shape, so that colour is never the only difference.
const marks: Record<Tone, string> = {
  calm: "M8 3.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9",
  busy: "M5.5 3.8v8.4L12 8z",
  good: "M3.5 8.5l3 3 6-7",
  bad: "M4 4l8 8M12 4l-8 8",
  warn: "M4.5 4.5h7v7h-7z",
  held: "M5.5 4v8M10.5 4v8",
};

/** A task's state as a mark and a word. */
export function Badge({ task }: { task: TaskRow }) {
  const { tone, label } = stateOf(task);
  return (
    <span className={css.badge} data-tone={tone} data-testid="state">
      <svg aria-hidden="true" width="12" height="12" viewBox="0 0 16 16" className={css.mark}>
        <path d={marks[tone]} />
      </svg>
      {label}
    </span>
  );
}
