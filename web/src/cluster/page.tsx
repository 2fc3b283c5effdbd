import { Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { sessionQuery } from "../api/queries";
import { figure } from "../chart/numbers";
import { cluster as t } from "../text/cluster";
import { Failure } from "../ui/notice";
import { useTitle } from "../ui/title";
import css from "./cluster.module.css";
import { Maintenance } from "./maintenance";
import { part } from "./node";
import { Nodes } from "./nodes";
import { Processes } from "./processes";
import { type Node, nodesQuery } from "./queries";
import { Queue } from "./queue";
import { Timeline } from "./timeline";

/** The machines and what is held of them, what they are kept for, and who is next. */
export function Cluster() {
  useTitle(t.title);
  const admin = useQuery(sessionQuery).data?.admin ?? false;
  const nodes = useQuery(nodesQuery);
  return (
    <div className={css.page} data-wide>
      <div>
        <Title order={1} size="h2">
          {t.title}
        </Title>
        <p className={css.lead}>{t.lead}</p>
      </div>
      <Maintenance />
      {nodes.isError && !nodes.data ? (
        <Failure error={nodes.error} retry={() => void nodes.refetch()} />
      ) : (
        <>
          <Totals nodes={nodes.data ?? []} />
          <Nodes nodes={nodes.data ?? undefined} admin={admin} />
        </>
      )}
      <Timeline admin={admin} />
      <Queue />
      {admin && <Processes />}
    </div>
  );
}

function Totals({ nodes }: { nodes: Node[] }) {
  const up = nodes.filter((node) => !node.down);
  const sum = (of: (node: Node) => number) => up.reduce((all, node) => all + of(node), 0);
  const bars = [
    { label: t.all.cpu, held: sum((n) => n.held_cpu), all: sum((n) => n.cpu), unit: "" },
    { label: t.all.ram, held: sum((n) => n.held_ram), all: sum((n) => n.ram), unit: t.gb },
    { label: t.all.gpu, held: sum((n) => n.held_gpus), all: sum((n) => n.gpus), unit: "" },
  ].filter(({ all }) => all > 0);
  if (bars.length === 0) return null;
  return (
    <dl className={css.totals}>
      {bars.map(({ label, held, all, unit }) => (
        <div key={label} className={`panel ${css.total}`}>
          <dt>{label}</dt>
          <dd className="numbers">
            {Math.round(100 * part(held, all))} %<small>{t.of(figure(held), figure(all), unit)}</small>
          </dd>
          <Track part={part(held, all)} />
        </div>
      ))}
      <div className={`panel ${css.total}`}>
        <dt>{t.all.tasks}</dt>
        <dd className="numbers">
          {figure(sum((n) => n.tasks))}
          <small>{t.count(nodes.length)}</small>
        </dd>
      </div>
    </dl>
  );
}

/** How much of something is held, drawn; the figures stand beside it. */
export function Track({ part }: { part: number }) {
  return (
    <span className={css.track} aria-hidden="true">
      <span className={css.fill} data-full={part > 0.95 || undefined} style={{ width: `${100 * part}%` }} />
    </span>
  );
}
