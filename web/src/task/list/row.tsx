import { Link } from "@tanstack/react-router";
import { type CSSProperties, memo } from "react";
import type { TaskRow } from "../../api/types";
import { text } from "../../text";
import { nameOf } from "../array";
import { Cell } from "./cells";
import type { ColumnId } from "./columns";
import css from "./list.module.css";

interface Props {
  task: TaskRow;
  index: number;
  top: number; // px from the top of the list
  count: number; // of tasks that are loaded, all: no more are to come
  all: boolean;
  owner: boolean; // somebody else's, so it says whose
  selected: boolean;
  columns: readonly ColumnId[];
  pick: (index: number, range: boolean) => void;
}

/** A task in the list. All are of one height, so that nothing moves when their words change. */
export const Row = memo(function Row({
  task,
  index,
  top,
  count,
  all,
  owner,
  selected,
  columns,
  pick,
}: Props) {
  const place: CSSProperties = { transform: `translateY(${top}px)` };
  return (
    <li
      className={css.item}
      style={place}
      data-selected={selected || undefined}
      aria-posinset={index + 1}
      aria-setsize={all ? count : -1}
    >
      <label className={css.check}>
        <input
          type="checkbox"
          aria-label={text.list.select(nameOf(task) || `#${task.id}`)}
          checked={selected}
          onChange={() => {}} // the click knows whether Shift is held
          onClick={(e) => pick(index, e.shiftKey)}
        />
      </label>
      <Link
        to="/task/$id"
        params={{ id: String(task.id) }}
        className={`${css.grid} ${css.row}`}
        data-index={index}
      >
        {columns.map((id) => (
          <Cell key={id} id={id} task={task} owner={owner} />
        ))}
      </Link>
    </li>
  );
});
