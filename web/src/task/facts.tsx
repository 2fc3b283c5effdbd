import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { configQuery } from "../api/queries";
import type { Config, Task } from "../api/types";
import { duration, moment } from "../format";
import { text } from "../text";
import { elementValue } from "./array";
import { executorOf } from "./executor";
import { pageOf } from "./image";
import { Run } from "./list/cells";
import css from "./page.module.css";
import { usedOf } from "./used";

/** What is known of a task, beside its output. What is not known has no line. */
export function Facts({ task }: { task: Task }) {
  const config = useQuery(configQuery).data;
  return (
    <section className="panel" aria-label={text.task.details}>
      <dl className={`facts ${css.facts} numbers`}>
        {facts(task, config).map(([name, value]) => (
          <Fact key={name} name={name}>
            {value}
          </Fact>
        ))}
      </dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children == null || children === "" || children === false) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function facts(task: Task, config?: Config): [string, ReactNode][] {
  const { status, container, requirements, user } = task;
  const names = text.task.facts;
  return [
    [names.exit, status.exitcode],
    [names.duration, status.date_running || status.duration != null ? <Run key="run" task={task} /> : null],
    [names.submitted, task.date && moment(task.date)],
    [names.started, status.date_running && moment(status.date_running)],
    [names.ended, status.date_over && moment(status.date_over)],
    [names.executor, (config?.executors ?? []).length > 1 && executorOf(config, task)],
    [names.node, container.meta?.Node.Name],
    [names.attempt, (status.attempt ?? 0) > 1 && status.attempt],
    [names.array, task.parent_task_id && <Other key="array" id={task.parent_task_id} />],
    [names.value, elementValue(task) != null && String(elementValue(task))],
    [names.elements, requirements.array?.values && !task.parent_task_id && String(requirements.array.values)],
    [names.after, (requirements.tasks ?? []).join(", ")],
    [names.again, task.meta.rescheduled_from && <Other key="again" id={task.meta.rescheduled_from} />],
    [names.image, <Image key="image" name={container.image} />],
    [
      names.digest,
      container.digest && (
        <span key="digest" className="mono">
          {container.digest}
        </span>
      ),
    ],
    [names.cpu, requirements.cpu],
    [names.ram, text.unit.gb(requirements.ram)],
    [names.webPort, requirements.web_port],
    [names.used, usedOf(task)],
    [names.cpuTime, container.stats && duration(container.stats.cpu_seconds)],
    [names.idle, requirements.idle && text.idle(requirements.idle_action ?? "", requirements.idle)],
    [names.user, user.id],
    [
      names.project,
      <Link key="project" to="/" search={{ project: user.project }}>
        {user.project}
      </Link>,
    ],
    [names.volumes, (container.volumes ?? []).map((v) => v.name).join(", ")],
    [names.tags, (task.meta.tags ?? []).length > 0 && <Tags key="tags" tags={task.meta.tags ?? []} />],
  ];
}

function Image({ name }: { name: string }) {
  const config = useQuery(configQuery);
  const href = pageOf(name, config.data?.link_image_to_registry ?? []);
  return (
    <span className="mono">
      {href ? (
        <a href={href} rel="noreferrer" target="_blank">
          {name}
        </a>
      ) : (
        <Link to="/" search={{ image: name }}>
          {name}
        </Link>
      )}
    </span>
  );
}

function Tags({ tags }: { tags: string[] }) {
  return tags.map((tag, i) => (
    <span key={tag}>
      {i > 0 && ", "}
      <Link to="/" search={{ tag }}>
        {tag}
      </Link>
    </span>
  ));
}

function Other({ id }: { id: number }) {
  return (
    <Link to="/task/$id" params={{ id: String(id) }}>
      #{id}
    </Link>
  );
}
