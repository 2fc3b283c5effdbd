import type { ReactNode } from "react";
import type { TaskRow } from "../../api/types";
import { duration } from "../../format";
import { text } from "../../text";
import { Ago, Since } from "../../ui/clock";
import { nameOf } from "../array";
import { Badge } from "../badge";
import { Bar } from "../bar";
import { runOf, stateOf } from "../state";
import type { ColumnId } from "./columns";
import css from "./list.module.css";

/** What a task shows in a column. */
export function Cell({ id, task, owner }: { id: ColumnId; task: TaskRow; owner: boolean }) {
  const title = titles[id]?.(task);
  return (
    <span className={`${css[id] ?? ""} ${id === "task" ? "" : "cut"}`} title={title}>
      {id === "task" ? <Name task={task} owner={owner} /> : cells[id](task)}
    </span>
  );
}

const titles: Partial<Record<ColumnId, (task: TaskRow) => string>> = {
  image: (task) => task.container.image,
  tags: (task) => (task.meta.tags ?? []).join(", "),
};

const cells: Record<Exclude<ColumnId, "task">, (task: TaskRow) => ReactNode> = {
  state: (task) => <Badge task={task} />,
  image: (task) => <span className="mono">{task.container.image}</span>,
  project: (task) => task.user.project,
  user: (task) => task.user.id,
  asked: ({ requirements: { cpu, ram, gpus } }) => text.list.asked(cpu, ram, gpus),
  node: (task) => task.container.meta?.Node?.Name,
  tags: (task) => (task.meta.tags ?? []).join(", "),
  duration: (task) => <Run task={task} />,
  ended: (task) => task.status.date_over && <Ago at={task.status.date_over} />,
  date: (task) => task.date && <Ago at={task.date} />,
};

/** A task's name over what there is to say about it. */
function Name({ task, owner }: { task: TaskRow; owner: boolean }) {
  const { words } = stateOf(task);
  return (
    <>
      <span className={`${css.title} cut`}>{nameOf(task) || text.list.noName}</span>
      <span className={css.line}>
        <Bar task={task} />
        <span className={`${css.words} cut`} title={words}>
          <span className="numbers">#{task.id}</span>
          {owner && ` ${text.list.by(task.user.id)}`}
          {words && ` · ${words}`}
        </span>
      </span>
    </>
  );
}

/** How long a task ran, or has been running until now. */
export function Run({ task }: { task: TaskRow }) {
  const run = runOf(task);
  if (!run) return null;
  return "since" in run ? <Since at={run.since} /> : duration(run.seconds);
}
