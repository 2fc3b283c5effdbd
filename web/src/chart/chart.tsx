import { Button, Skeleton, useComputedColorScheme } from "@mantine/core";
import { useEffect, useId, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { moment } from "../format";
import { chart as t } from "../text/chart";
import { Icon } from "../ui/icon";
import { apart, spanOf, timesOf } from "./axis";
import css from "./chart.module.css";
import { csvOf, save } from "./csv";
import { compact, figure } from "./numbers";

export interface Series {
  label: string;
  color: string; // the name of one of the page's colours: --gd-…
  values: number[];
  bars?: boolean; // what happened in a step, and not what was the case at its end
}

interface Props {
  title: string;
  unit?: string;
  times: number[]; // epoch seconds
  series: Series[];
  height?: number;
  show?: (value: number) => string;
  tick?: (value: number) => string; // the same beside the axis, where there is little room
  zoom?: (from: number, to: number) => void; // epoch seconds
}

/** Curves over time: values under the pointer, a legend to choose from, and the same as a table. */
export function Chart(props: Props) {
  const { title, unit, times, series } = props;
  const [hidden, hide] = useState<ReadonlySet<string>>(new Set());
  const [table, setTable] = useState(false);
  const [at, setAt] = useState<number>();
  const id = useId();
  const show = props.show ?? figure;
  const toggle = (label: string) =>
    hide((now) => new Set(now.has(label) ? [...now].filter((l) => l !== label) : [...now, label]));
  const head = [t.time, ...series.map(({ label }) => label)];
  const csv = () =>
    save(
      `${title}.csv`,
      csvOf(
        head,
        times.map((time, i) => [new Date(time * 1000).toISOString(), ...series.map((s) => s.values[i] ?? 0)]),
      ),
    );
  return (
    <figure className={`panel ${css.figure}`} aria-labelledby={id}>
      <figcaption className={css.head}>
        <h2 id={id} className={css.title}>
          {title}
          {unit && <span className={css.unit}>{unit}</span>}
        </h2>
        <span className={css.tools}>
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            aria-label={table ? t.chartOf(title) : t.tableOf(title)}
            onClick={() => setTable(!table)}
          >
            {table ? t.chart : t.table}
          </Button>
          <Button size="compact-xs" variant="subtle" color="gray" aria-label={t.csvOf(title)} onClick={csv}>
            {t.csv}
          </Button>
        </span>
      </figcaption>
      <div className={css.legend}>
        {series.map(({ label, color, values }) => (
          <button
            key={label}
            type="button"
            className={css.key}
            aria-pressed={!hidden.has(label)}
            onClick={() => toggle(label)}
          >
            <span className={css.swatch} style={{ background: `var(${color})` }} />
            {label}
            {at !== undefined && <span className="numbers">{show(values[at] ?? 0)}</span>}
          </button>
        ))}
        <span className={`${css.when} numbers`}>
          {at !== undefined ? moment(times[at] ?? 0) : props.zoom && !table && t.zoom}
        </span>
      </div>
      {table ? (
        <Numbers {...props} head={head} show={show} />
      ) : (
        <Plot {...props} hidden={hidden} hover={setAt} />
      )}
    </figure>
  );
}

function Numbers({
  title,
  times,
  series,
  head,
  show,
}: Props & { head: string[]; show: (n: number) => string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it nobody can scroll by keyboard
    <section className={css.scroll} aria-label={title} tabIndex={0}>
      <table className={css.table}>
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="numbers">
          {times.map((time, i) => (
            <tr key={time}>
              <th scope="row">{moment(time)}</th>
              {series.map(({ label, values }) => (
                <td key={label}>{show(values[i] ?? 0)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface PlotProps extends Props {
  hidden: ReadonlySet<string>;
  hover: (at: number | undefined) => void;
}

function Plot({ times, series, height = 220, tick = compact, zoom, hidden, hover }: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });
  const zooms = useRef(zoom);
  zooms.current = zoom;
  const tickOf = useRef(tick);
  tickOf.current = tick;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme changes what the colours are
  useEffect(() => {
    const box = place.current;
    if (!box) return;
    const styles = getComputedStyle(box);
    const colour = (name: string) => styles.getPropertyValue(name).trim();
    const axis = {
      stroke: colour("--mantine-color-dimmed"),
      font: "12px 'Inter Variable', system-ui, sans-serif",
      grid: { stroke: colour("--gd-line"), width: 1 },
      ticks: { show: false },
    };
    const bars = uPlot.paths.bars?.({ size: [0.7, 40], align: 1 });
    const curve = uPlot.paths.spline?.();
    const anyBars = series.some((s) => s.bars);
    const options: uPlot.Options = {
      width: box.clientWidth || 600,
      height,
      padding: [10, 12, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: zooms.current !== undefined, y: false, setScale: false },
        points: { size: 7 },
      },
      scales: {
        x: { range: () => spanOf(times, anyBars) },
        y: { range: (_, __, max) => [0, max > 0 ? max * 1.08 : 1] },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          space: 70,
          size: (_, labels) => (labels?.some((label) => label.includes("\n")) ? 42 : 28),
          values: (_, splits, __, ___, step) => timesOf(splits, step),
        },
        { ...axis, size: 52, values: (_, ticks) => apart(ticks.map((value) => tickOf.current(value))) },
      ],
      series: [
        {},
        ...series.map(({ label, color, bars: asBars }) => ({
          label,
          show: !hidden.has(label),
          stroke: colour(color),
          width: asBars ? 0 : 2,
          fill: `${colour(color)}${asBars ? "cc" : "1f"}`,
          points: { show: times.length < 3 },
          paths: asBars ? bars : curve,
        })),
      ],
      hooks: {
        setCursor: [(plot) => hover(plot.cursor.idx ?? undefined)],
        setSelect: [
          (plot) => {
            const { left, width } = plot.select;
            if (width < 8) return;
            const from = plot.posToVal(left, "x");
            const to = plot.posToVal(left + width, "x");
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            zooms.current?.(Math.floor(from), Math.ceil(to));
          },
        ],
      },
    };
    const plot = new uPlot(options, [times, ...series.map(({ values }) => values)], box);
    const watch = new ResizeObserver(() => {
      if (box.clientWidth > 0) plot.setSize({ width: box.clientWidth, height });
    });
    watch.observe(box);
    return () => {
      watch.disconnect();
      plot.destroy();
      hover(undefined);
    };
  }, [times, series, hidden, height, scheme]);
  return <div ref={place} className={css.plot} style={{ height }} aria-hidden="true" />;
}

/** Stands where a chart will be. */
export function ChartSkeleton({ height = 300 }: { height?: number }) {
  return (
    <div className={`panel ${css.figure}`}>
      <Skeleton height={height} radius="sm" />
    </div>
  );
}

/** The mark of what is downloaded. */
export function CSVButton({
  name,
  head,
  rows,
}: {
  name: string;
  head: string[];
  rows: (string | number)[][];
}) {
  return (
    <Button
      size="compact-xs"
      variant="subtle"
      color="gray"
      leftSection={<Icon name="download" size={14} />}
      aria-label={t.csvOf(name)}
      onClick={() => save(`${name}.csv`, csvOf(head, rows))}
    >
      {t.csv}
    </Button>
  );
}
