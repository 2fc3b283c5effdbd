import { Link } from "@tanstack/react-router";
import { memo } from "react";
import type { Task } from "../api/types";
import { duration } from "../format";
import { text } from "../text";
import { Ago, Since } from "../ui/clock";
import { nameOf } from "./array";
import { Badge } from "./badge";
import { Bar } from "./bar";
import css from "./list.module.css";
import { runOf, stateOf } from "./state";

/** A task in the list. Always two lines high, so that nothing below moves when its words change. */
export const Row = memo(function Row({ task, owner }: { task: Task; owner: boolean }) {
  const { words } = stateOf(task);
  return (
    <li>
      <Link to="/task/$id" params={{ id: String(task.id) }} className={`${css.grid} ${css.row}`}>
        <span className={css.state}>
          <Badge task={task} />
        </span>
        <span className={css.name}>
          <span className={`${css.title} cut`}>{nameOf(task) || text.list.noName}</span>
          <span className={css.line}>
            <Bar task={task} />
            <span className={`${css.words} cut`} title={words}>
              <span className="numbers">#{task.id}</span>
              {owner && ` ${text.list.by(task.user.id)}`}
              {words && ` · ${words}`}
            </span>
          </span>
        </span>
        <span className={`${css.image} mono cut`} title={task.container.image}>
          {task.container.image}
        </span>
        <span className={`${css.project} cut`}>{task.user.project}</span>
        <span className={`${css.duration} numbers`}>
          <Run task={task} />
        </span>
        <span className={`${css.date} numbers`}>{task.date && <Ago at={task.date} />}</span>
      </Link>
    </li>
  );
});

/** How long a task ran, or has been running until now. */
export function Run({ task }: { task: Task }) {
  const run = runOf(task);
  if (!run) return null;
  return "since" in run ? <Since at={run.since} /> : duration(run.seconds);
}
