import { Link } from "@tanstack/react-router";
import { type Column, Grid } from "../chart/grid";
import { barOf, figure, percent } from "../chart/numbers";
import { duration } from "../format";
import { text } from "../text";
import { dashboard as t } from "../text/dashboard";
import css from "./dashboard.module.css";
import { type Filter, filterOf } from "./filter";
import type { Part, Statistics } from "./queries";

/** The same in figures: by user, project and image, what did not succeed and why, and who holds what. */
export function Tables({ data, filter }: { data: Statistics; filter: Filter }) {
  const users = together(data.parts ?? [], (p) => p.user);
  const projects = together(data.parts ?? [], (p) => p.project);
  return (
    <div className={css.tables}>
      <Grid
        title={t.users}
        rows={users}
        id={(p) => p.user}
        columns={[who("user", filter, (p) => p.user), ...use(users)]}
      />
      <Grid
        title={t.projects}
        rows={projects}
        id={(p) => p.project}
        columns={[who("project", filter, (p) => p.project), ...use(projects)]}
        note={advice(projects)}
      />
      <Grid
        title={t.images}
        rows={data.images ?? []}
        id={(p) => p.image}
        columns={[who("image", filter, (p) => p.image), ...use(data.images ?? [])]}
      />
      <div className={css.pair}>
        <Holders data={data} />
        <Reasons data={data} />
        <Outcomes data={data} />
        <Waits data={data} />
      </div>
    </div>
  );
}

function who(name: "user" | "project" | "image", filter: Filter, of: (p: Part) => string): Column<Part> {
  return {
    label: t.columns[name],
    value: (p) => of(p) || t.others,
    show: (p) =>
      of(p) ? (
        <Link
          to="/dashboard"
          search={filterOf({ ...filter, [name]: of(p) })}
          className={name === "image" ? `${css.only} mono` : css.only}
          resetScroll={false}
        >
          {of(p)}
        </Link>
      ) : (
        t.others
      ),
  };
}

function use(rows: Part[]): Column<Part>[] {
  const most = Math.max(...rows.map((p) => p.cpu));
  const gpus = rows.some((p) => p.gpu > 0);
  return [
    { label: t.columns.tasks, value: (p) => p.tasks, show: (p) => figure(p.tasks) },
    { label: t.columns.failed, value: (p) => p.failed, show: (p) => percent(p.failed, p.tasks) },
    {
      label: t.columns.cpu,
      value: (p) => round(p.cpu),
      show: (p) => figure(p.cpu),
      bar: (p) => barOf(p.cpu, most),
    },
    { label: t.columns.ram, value: (p) => round(p.ram), show: (p) => figure(p.ram) },
    ...(gpus
      ? [{ label: t.columns.gpu, value: (p: Part) => round(p.gpu), show: (p: Part) => figure(p.gpu) }]
      : []),
    {
      label: t.columns.cpuUsed,
      value: (p) => part(p.cpu_used, p.cpu_known),
      show: (p) => percent(p.cpu_used, p.cpu_known),
    },
    {
      label: t.columns.ramUsed,
      value: (p) => part(p.ram_used, p.ram_known),
      show: (p) => percent(p.ram_used, p.ram_known),
    },
    { label: t.columns.wait, value: (p) => Math.round(p.wait), show: (p) => duration(p.wait) },
  ];
}

/** Adds up the parts that are the same person's, or project's. */
function together(parts: Part[], key: (p: Part) => string): Part[] {
  const sums = new Map<string, Part>();
  for (const p of parts) {
    const sum = sums.get(key(p));
    if (!sum) {
      sums.set(key(p), { ...p });
      continue;
    }
    const tasks = sum.tasks + p.tasks;
    sum.wait = tasks > 0 ? (sum.wait * sum.tasks + p.wait * p.tasks) / tasks : 0;
    for (const name of fields) sum[name] += p[name];
  }
  return [...sums.values()].sort((a, b) => b.cpu - a.cpu);
}

const fields = [
  "tasks",
  "failed",
  "hours",
  "cpu",
  "ram",
  "gpu",
  "cpu_known",
  "cpu_used",
  "ram_known",
  "ram_used",
] as const;

function advice(projects: Part[]): string | undefined {
  const known = projects.reduce((all, p) => all + p.ram_known, 0);
  const used = projects.reduce((all, p) => all + p.ram_used, 0);
  return known > 0 && used / known < 0.5 ? t.advice(Math.round((100 * used) / known)) : undefined;
}

function Holders({ data }: { data: Statistics }) {
  const rows = data.holders ?? [];
  const most = Math.max(...rows.map((h) => h.cpu));
  return (
    <Grid
      title={t.holders}
      rows={rows}
      id={(h) => `${h.user} ${h.project}`}
      empty={t.nobody}
      columns={[
        { label: t.columns.user, value: (h) => h.user || t.others },
        { label: t.columns.project, value: (h) => h.project },
        { label: t.columns.tasks, value: (h) => h.tasks, show: (h) => figure(h.tasks) },
        {
          label: t.columns.cores,
          value: (h) => h.cpu,
          show: (h) => figure(h.cpu),
          bar: (h) => barOf(h.cpu, most),
        },
        { label: t.columns.memory, value: (h) => round(h.ram), show: (h) => figure(h.ram) },
        { label: t.columns.gpus, value: (h) => h.gpus },
      ]}
    />
  );
}

function Reasons({ data }: { data: Statistics }) {
  const rows = data.reasons ?? [];
  const most = Math.max(...rows.map((r) => r.tasks), 1);
  return (
    <Grid
      title={t.reasons}
      rows={rows}
      id={(r) => `${r.outcome} ${r.reason}`}
      empty={t.good}
      most={6}
      note={rows.length > 0 ? t.reasonsNote : undefined}
      columns={[
        { label: t.columns.reason, value: (r) => r.reason || outcome(r.outcome) },
        { label: t.columns.outcome, value: (r) => outcome(r.outcome) },
        {
          label: t.columns.tasks,
          value: (r) => r.tasks,
          show: (r) => figure(r.tasks),
          bar: (r) => r.tasks / most,
        },
      ]}
    />
  );
}

function Outcomes({ data }: { data: Statistics }) {
  const rows = (data.outcomes ?? []).toSorted((a, b) => b.tasks - a.tasks);
  const all = rows.reduce((sum, o) => sum + o.tasks, 0);
  return (
    <Grid
      title={t.outcomes}
      rows={rows}
      id={(o) => o.outcome}
      columns={[
        { label: t.columns.outcome, value: (o) => outcome(o.outcome) },
        {
          label: t.columns.tasks,
          value: (o) => o.tasks,
          show: (o) => figure(o.tasks),
          bar: (o) => o.tasks / all,
        },
        { label: t.columns.part, value: (o) => part(o.tasks, all), show: (o) => percent(o.tasks, all) },
      ]}
    />
  );
}

function Waits({ data }: { data: Statistics }) {
  const rows = data.waits ?? [];
  const all = rows.reduce((sum, w) => sum + w.tasks, 0);
  const longest = Math.max(...rows.map((w) => w.below));
  return (
    <Grid
      title={t.waits}
      rows={all > 0 ? rows : []}
      id={(w) => String(w.below)}
      columns={[
        {
          label: t.columns.wait,
          value: (w) => (w.below > 0 ? t.below(length(w.below)) : t.longer(length(longest))),
        },
        {
          label: t.columns.tasks,
          value: (w) => w.tasks,
          show: (w) => figure(w.tasks),
          bar: (w) => w.tasks / all,
        },
        { label: t.columns.part, value: (w) => part(w.tasks, all), show: (w) => percent(w.tasks, all) },
      ]}
    />
  );
}

function outcome(name: string): string {
  return (text.state as unknown as Record<string, string>)[name] ?? name;
}

function length(seconds: number): string {
  return duration(seconds).replace(/ 0+ (s|min|h)$/, "");
}

function part(of: number, all: number): number {
  return all > 0 ? Math.round((1000 * of) / all) / 1000 : 0;
}

function round(n: number): number {
  return Math.round(n * 1000) / 1000;
}
