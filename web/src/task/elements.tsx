import { useQuery } from "@tanstack/react-query";
import { sessionQuery } from "../api/queries";
import type { Task } from "../api/types";
import css from "./list/list.module.css";
import { Rows } from "./list/rows";

/** The elements of an array, in the same table as all tasks. */
export function Elements({ task }: { task: Task }) {
  const me = useQuery(sessionQuery).data;
  const theirs = me?.admin && task.user.id !== me.id; // who is no administrator may not ask by user
  const filter = theirs ? { parent: task.id, user: task.user.id } : { parent: task.id };
  return (
    <div className={css.within}>
      <Rows filter={filter} me={task.user.id} />
    </div>
  );
}
