import { Button, NativeSelect, SegmentedControl, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useMemo, useState } from "react";
import { client, want } from "../api/client";
import { Problem, words } from "../api/problem";
import { Chart, type Series } from "../chart/chart";
import { Grid } from "../chart/grid";
import { figure } from "../chart/numbers";
import { nodesQuery } from "../cluster/queries";
import { duration } from "../format";
import { admin as text } from "../text/admin";
import { Trouble } from "../ui/trouble";
import css from "./admin.module.css";
import type { Simulated } from "./queries";
import { fileOf, nodeLines, policies } from "./workload";

const t = text.simulation;
const colours = ["--gd-busy", "--gd-warn"];

/** What another policy would mean for people. */
export function Simulation() {
  const nodes = useQuery(nodesQuery).data;
  const lines = useMemo(() => nodeLines(nodes ?? []), [nodes]);
  const [past, setPast] = useState(false);
  const [from, setFrom] = useState(daysAgo(7));
  const [to, setTo] = useState(daysAgo(-1));
  const [policy, setPolicy] = useState<string>("fifo");
  const [second, setSecond] = useState<string>("fairtree");
  const [file, setFile] = useState("");
  const [own, setOwn] = useState(false); // the person changed the file
  const written = fileOf({ nodes: lines, policy, past, from, to });
  useEffect(() => {
    if (!own) setFile(written);
  }, [own, written]);
  const run = useMutation({
    mutationFn: () => want(client.POST("/simulation", { body: { file, policy: second } })),
  });
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (!run.isPending) run.mutate();
  };
  const wrong = run.error instanceof Problem ? run.error.fields[0]?.message : undefined;
  return (
    <div className={css.page}>
      <p className={css.lead}>{t.lead}</p>
      <form className={`panel ${css.form}`} onSubmit={submit}>
        <div className={css.filters}>
          <SegmentedControl
            aria-label={t.tasks}
            data={[
              { value: "made", label: t.made },
              { value: "past", label: t.past },
            ]}
            value={past ? "past" : "made"}
            onChange={(value) => {
              setPast(value === "past");
              setOwn(false);
            }}
          />
          {past && (
            <>
              <TextInput
                type="date"
                label={t.from}
                value={from}
                onChange={(e) => setFrom(e.currentTarget.value)}
              />
              <TextInput type="date" label={t.to} value={to} onChange={(e) => setTo(e.currentTarget.value)} />
            </>
          )}
          <NativeSelect
            label={t.first}
            data={[...policies]}
            value={policy}
            onChange={(e) => setPolicy(e.currentTarget.value)}
          />
          <NativeSelect
            label={t.second}
            data={[{ value: "", label: t.nobody }, ...policies.map((p) => ({ value: p, label: p }))]}
            value={second}
            onChange={(e) => setSecond(e.currentTarget.value)}
          />
        </div>
        <Textarea
          label={t.file}
          description={t.fileHelp}
          classNames={{ input: "mono" }}
          autosize
          minRows={6}
          maxRows={22}
          spellCheck={false}
          value={file}
          onChange={(e) => {
            setFile(e.currentTarget.value);
            setOwn(true);
          }}
        />
        {run.isError && <Trouble title={t.refused}>{wrong ?? words(run.error)}</Trouble>}
        <div className={css.filters}>
          <Button type="submit" loading={run.isPending}>
            {t.run}
          </Button>
          {own && (
            <Button variant="subtle" color="gray" onClick={() => setOwn(false)}>
              {t.again}
            </Button>
          )}
          <span role="status">{run.isPending && t.running}</span>
        </div>
      </form>
      {run.data && <Outcome runs={run.data} />}
    </div>
  );
}

function Outcome({ runs }: { runs: Simulated[] }) {
  const charts = useMemo(() => {
    const of = (pick: (m: NonNullable<Simulated["moments"]>[number]) => number): Series[] =>
      runs.map((run, i) => ({
        label: run.name,
        color: colours[i] ?? "--gd-calm",
        values: (run.moments ?? []).map(pick),
      }));
    const longest = runs.reduce((a, b) => ((b.moments ?? []).length > (a.moments ?? []).length ? b : a));
    return {
      times: (longest.moments ?? []).map((m) => m.date),
      waiting: of((m) => m.waiting),
      cores: of((m) => m.cores),
    };
  }, [runs]);
  return (
    <>
      <dl className={css.figures}>
        {runs.map((run) => (
          <div key={run.name} className={`panel ${css.figure}`}>
            <dt>{t.under(run.name)}</dt>
            <Figure label={t.figures.median} value={duration(run.all.wait_median)} />
            <Figure label={t.figures.p95} value={duration(run.all.wait_p95)} />
            <Figure label={t.figures.utilisation} value={`${Math.round(100 * run.utilisation)} %`} />
            <Figure label={t.figures.fairness} value={run.fairness.toFixed(3)} />
            <Figure label={t.figures.backfilled} value={figure(run.backfilled)} />
            {run.never > 0 && <Figure label={t.figures.never} value={figure(run.never)} />}
          </div>
        ))}
      </dl>
      <div className={css.pair}>
        <Chart title={t.over} times={charts.times} series={charts.waiting} />
        <Chart title={t.cores} times={charts.times} series={charts.cores} />
      </div>
      <Rows title={t.projects} runs={runs} pick={(run) => run.projects ?? []} />
      <Rows title={t.users} runs={runs} pick={(run) => run.users ?? []} />
    </>
  );
}

function Figure({ label, value }: { label: string; value: string }) {
  return (
    <dd>
      <span>{label}</span>
      <strong className="numbers">{value}</strong>
    </dd>
  );
}

type Row = NonNullable<Simulated["projects"]>[number];

function Rows({ title, runs, pick }: { title: string; runs: Simulated[]; pick: (run: Simulated) => Row[] }) {
  const rows = pick(runs[0] as Simulated);
  const of = (run: Simulated, name: string) => pick(run).find((row) => row.name === name);
  const longest = Math.max(1, ...runs.flatMap((run) => pick(run).map((row) => row.wait_p95)));
  return (
    <Grid
      title={title}
      rows={rows}
      id={(row) => row.name}
      columns={[
        { label: t.columns.name, value: (row) => row.name },
        { label: t.columns.tasks, value: (row) => row.tasks, show: (row) => figure(row.tasks) },
        ...runs.flatMap((run) => [
          {
            label: `${t.columns.median}, ${run.name}`,
            value: (row: Row) => of(run, row.name)?.wait_median ?? 0,
            show: (row: Row) => duration(of(run, row.name)?.wait_median ?? 0),
          },
          {
            label: `${t.columns.p95}, ${run.name}`,
            value: (row: Row) => of(run, row.name)?.wait_p95 ?? 0,
            show: (row: Row) => duration(of(run, row.name)?.wait_p95 ?? 0),
            bar: (row: Row) => Math.floor(of(run, row.name)?.wait_p95 ?? 0) / longest, // seconds, as they are shown
          },
          {
            label: `${t.columns.slowdown}, ${run.name}`,
            value: (row: Row) => of(run, row.name)?.slowdown ?? 0,
            show: (row: Row) => (of(run, row.name)?.slowdown ?? 0).toFixed(1),
          },
        ]),
      ]}
    />
  );
}

/** A day so many days ago, as a field for days holds it. */
function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
}
