import { Button, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { sessionQuery } from "../api/queries";
import { Chart, ChartSkeleton } from "../chart/chart";
import { figure, percent } from "../chart/numbers";
import { duration, rough } from "../format";
import { useCommands } from "../shell/commands";
import { dashboard as t } from "../text/dashboard";
import { Failure } from "../ui/notice";
import { useTitle } from "../ui/title";
import css from "./dashboard.module.css";
import { type Filter, spanOf, spans } from "./filter";
import { Filters, useFilter } from "./filters";
import { type Statistics, statisticsQuery } from "./queries";
import { MyShare } from "./share";
import { Tables } from "./tables";

/** Past and present: what waits, runs and ended, who used how much of it, and what is left. */
export function Dashboard({ filter }: { filter: Filter }) {
  useTitle(t.title);
  const me = useQuery(sessionQuery).data;
  const statistics = useQuery(statisticsQuery(filter));
  const change = useFilter(filter);
  useCommands(
    (Object.keys(spans) as (keyof typeof spans)[]).map((span, i) => ({
      id: `span-${span}`,
      label: t.spans[span],
      group: t.title,
      keys: String(i + 1),
      run: () => change({ span, from: undefined, to: undefined }),
    })),
  );
  return (
    <div className={css.page} data-wide>
      <div>
        <Title order={1} size="h2">
          {t.title}
        </Title>
        <p className={css.lead}>{me?.admin ? t.lead.site : t.lead.mine}</p>
      </div>
      <Filters filter={filter} site={me?.admin ?? false} />
      {statistics.isError && !statistics.data && (
        <Failure error={statistics.error} retry={() => void statistics.refetch()} />
      )}
      {statistics.isPending && (
        <div className={css.charts} role="status" aria-label={t.loading}>
          <ChartSkeleton />
          <ChartSkeleton />
        </div>
      )}
      {statistics.data && (
        <div className={css.page} aria-busy={statistics.isPlaceholderData}>
          <Tiles data={statistics.data} />
          <Charts data={statistics.data} filter={filter} />
          {me && <MyShare me={me} />}
          <Tables data={statistics.data} filter={filter} />
        </div>
      )}
    </div>
  );
}

function Tiles({ data }: { data: Statistics }) {
  const sum = (of: (part: NonNullable<Statistics["parts"]>[number]) => number) =>
    (data.parts ?? []).reduce((all, part) => all + of(part), 0);
  const ended = sum((p) => p.tasks);
  const failed = sum((p) => p.failed);
  const started = (data.moments ?? []).reduce((all, m) => all + m.started, 0);
  const waited = (data.moments ?? []).reduce((all, m) => all + m.wait * m.started, 0);
  const tiles = [
    { label: t.tiles.running, value: figure(data.running), note: t.now },
    { label: t.tiles.waiting, value: figure(data.waiting), note: t.now },
    { label: t.tiles.ended, value: figure(ended) },
    { label: t.tiles.failed, value: percent(failed, ended), note: figure(failed) },
    { label: t.tiles.cpu, value: figure(sum((p) => p.cpu)) },
    {
      label: t.tiles.cpuUsed,
      value: percent(
        sum((p) => p.cpu_used),
        sum((p) => p.cpu_known),
      ),
    },
    {
      label: t.tiles.ramUsed,
      value: percent(
        sum((p) => p.ram_used),
        sum((p) => p.ram_known),
      ),
    },
    { label: t.tiles.wait, value: started > 0 ? duration(waited / started) : "–" },
  ];
  return (
    <dl className={css.tiles}>
      {tiles.map(({ label, value, note }) => (
        <div key={label} className={`panel ${css.tile}`}>
          <dt>{label}</dt>
          <dd className="numbers">
            {value}
            {note && <small>{note}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Charts({ data, filter }: { data: Statistics; filter: Filter }) {
  const change = useFilter(filter);
  const zoom = (from: number, to: number) => change({ from, to, span: undefined }, false);
  const charts = useMemo(() => {
    const moments = data.moments ?? [];
    const times = moments.map((m) => m.date);
    const of = (
      name: "waiting" | "running" | "submitted" | "started" | "ended" | "failed" | "wait" | "cpu",
    ) => moments.map((m) => m[name]);
    return {
      times,
      level: [
        { label: t.series.waiting, color: "--gd-warn", values: of("waiting") },
        { label: t.series.running, color: "--gd-busy", values: of("running") },
      ],
      flow: [
        { label: t.series.ended, color: "--gd-calm", values: of("ended"), bars: true },
        { label: t.series.failed, color: "--gd-bad", values: of("failed"), bars: true },
        { label: t.series.submitted, color: "--gd-accent", values: of("submitted") },
      ],
      cpu: [{ label: t.series.cpu, color: "--gd-busy", values: of("cpu"), bars: true }],
      wait: [{ label: t.series.wait, color: "--gd-warn", values: of("wait") }],
    };
  }, [data.moments]);
  return (
    <div className={css.charts}>
      <Chart title={t.level} unit={t.levelUnit} times={charts.times} series={charts.level} zoom={zoom} />
      <Chart title={t.flow} unit={t.flowUnit} times={charts.times} series={charts.flow} zoom={zoom} />
      <Chart
        title={t.cpuOver}
        unit={t.cpuUnit}
        times={charts.times}
        series={charts.cpu}
        height={160}
        zoom={zoom}
      />
      <Chart
        title={t.waitOver}
        unit={t.waitUnit}
        times={charts.times}
        series={charts.wait}
        height={160}
        show={duration}
        tick={rough}
        zoom={zoom}
      />
      {!spanOf(filter) && (
        <div className={css.again}>
          <Button variant="default" size="xs" onClick={() => window.history.back()}>
            {t.narrower}
          </Button>
        </div>
      )}
    </div>
  );
}
