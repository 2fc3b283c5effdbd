import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Problem, words } from "../api/problem";
import { configQuery } from "../api/queries";
import type { NewTask } from "../api/types";
import { maintenanceQuery } from "../cluster/queries";
import { clock, sentence } from "../format";
import { executorOf } from "../task/executor";
import { text } from "../text";
import css from "./beside.module.css";
import { nodesQuery, startQuery } from "./queries";

/** What is free now, machine by machine, and when the task would start. */
export function Room({ task, wrong }: { task: NewTask; wrong: boolean }) {
  return (
    <section className={`panel ${css.box}`} aria-label={text.form.room.title}>
      <h2 className={css.title}>{text.form.room.title}</h2>
      {wrong ? (
        <p className={css.start} role="status">
          {text.form.room.first}
        </p>
      ) : (
        <Start task={task} />
      )}
      <Nodes asks={task.requirements} />
    </section>
  );
}

function Start({ task }: { task: NewTask }) {
  const [asked] = useDebouncedValue(JSON.stringify(task), 500);
  const start = useQuery(startQuery(JSON.parse(asked) as NewTask));
  const closed = useQuery(maintenanceQuery).data?.on;
  const answer = start.data;
  if (closed)
    return (
      <p className={css.start} data-tone="warn" role="status">
        <strong>{text.form.room.closed}</strong>
      </p>
    );
  if (start.isError) {
    const refused = start.error instanceof Problem && start.error.status === 400;
    const said = refused
      ? (start.error as Problem).fields.map(({ message }) => sentence(message)).join(" ")
      : "";
    return (
      <p className={css.start} data-tone={refused ? "bad" : undefined} role="status">
        {said || (refused ? sentence(words(start.error)) : text.form.room.unknown)}
      </p>
    );
  }
  if (!answer)
    return (
      <p className={css.start} role="status">
        {text.form.room.asking}
      </p>
    );
  const when =
    answer.date_earliest == null
      ? ""
      : text.form.room.expected(
          clock(answer.date_earliest),
          answer.date_latest == null ? null : clock(answer.date_latest),
        );
  return (
    <p className={css.start} data-tone={answer.starts ? "good" : "warn"} role="status">
      <strong>{answer.starts ? text.form.room.now : when || text.form.room.waits}</strong>
      {!answer.starts && answer.reason && <span>{sentence(answer.reason)}</span>}
    </p>
  );
}

const mostNodes = 6;

/** The machines of the executor that would have the task. */
function Nodes({ asks: { cpu, ram, gpus = 0, executor } }: { asks: NewTask["requirements"] }) {
  const whose = executorOf(useQuery(configQuery).data, { container: {}, requirements: { executor } });
  const nodes = (useQuery(nodesQuery).data ?? []).filter((node) => !whose || node.executor === whose);
  const free = nodes
    .filter((node) => !node.down && !node.drained)
    .map((node) => ({
      ...node,
      freeCPU: Math.max(0, node.cpu - node.held_cpu),
      freeRAM: Math.max(0, node.ram - node.held_ram),
      freeGPUs: Math.max(0, node.gpus - node.held_gpus),
    }))
    .sort((a, b) => b.freeCPU - a.freeCPU || b.freeRAM - a.freeRAM);
  if (nodes.length === 0) return null;
  return (
    <>
      <ul className={css.nodes} aria-label={text.form.room.free}>
        {free.slice(0, mostNodes).map((node) => {
          const fits = node.freeCPU >= cpu && node.freeRAM >= ram && node.freeGPUs >= gpus;
          return (
            <li key={`${node.executor} ${node.name}`} className={css.node}>
              <span className={`${css.name} cut`} title={node.name}>
                {node.name}
              </span>
              <span className={css.fits} data-fits={fits}>
                {fits ? text.form.room.fits : text.form.room.full}
              </span>
              <Meter all={node.cpu} held={node.held_cpu} asks={cpu} label={text.form.room.cpus} />
              <Meter all={node.ram} held={node.held_ram} asks={ram} label={text.form.room.gb} />
              {node.gpus > 0 && (
                <Meter all={node.gpus} held={node.held_gpus} asks={gpus} label={text.form.room.gpus} />
              )}
            </li>
          );
        })}
      </ul>
      {free.length > mostNodes && <p className={css.more}>{text.form.room.more(free.length - mostNodes)}</p>}
      {free.length < nodes.length && (
        <p className={css.more}>{text.form.room.down(nodes.length - free.length)}</p>
      )}
    </>
  );
}

/** How much of a node is held, and how much of the rest the task would take. */
function Meter(props: {
  all: number;
  held: number;
  asks: number;
  label: (free: string, all: string) => string;
}) {
  const { all, held, asks, label } = props;
  const part = (n: number) => `${Math.min(100, Math.max(0, (100 * n) / (all || 1)))}%`;
  return (
    <span className={css.meter}>
      <span className={css.track} aria-hidden="true">
        <span className={css.held} style={{ width: part(held) }} />
        <span
          className={css.asks}
          data-over={held + asks > all + 1e-9}
          style={{ width: part(Math.min(asks, all - held)) }}
        />
      </span>
      <span className={`${css.amount} numbers`}>{label(short(Math.max(0, all - held)), short(all))}</span>
    </span>
  );
}

function short(n: number): string {
  return String(Math.round(n * 10) / 10);
}
