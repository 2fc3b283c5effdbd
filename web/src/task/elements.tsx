import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { sessionQuery } from "../api/queries";
import type { Task } from "../api/types";
import { text } from "../text";
import type { Filter } from "./filter";
import css from "./list/list.module.css";
import { Rows } from "./list/rows";
import { useView } from "./view";

const choices = [
  { value: "", label: text.list.all },
  ...(["pending", "running", "over", "unsuccessful"] as const).map((value) => ({
    value,
    label: text.list.states[value],
  })),
];

/** The elements of an array, in the same table as all tasks and in the order of their values. */
export function Elements({ task }: { task: Task }) {
  const me = useQuery(sessionQuery).data;
  const [view, look] = useView();
  const state = choices.find(({ value }) => value === view.state)?.value ?? "";
  const filter: Filter = {
    parent: task.id,
    order: "oldest",
    ...(state && { state }),
    ...(me?.admin && task.user.id !== me.id && { user: task.user.id }), // who is no administrator may not ask by user
  };
  return (
    <div className={css.within}>
      <div className={css.narrowing}>
        <SegmentedControl
          size="xs"
          aria-label={text.list.state}
          data={choices}
          value={state}
          onChange={(state) => look({ state })}
        />
      </div>
      <Rows
        key={state}
        filter={filter}
        me={task.user.id}
        none={state ? text.array.none[state as keyof typeof text.array.none] : undefined}
      />
    </div>
  );
}
