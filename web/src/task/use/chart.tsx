import "uplot/dist/uPlot.min.css";
import { useComputedColorScheme } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import UPlot from "uplot";
import { timesOf } from "../../chart/axis";
import { text } from "../../text";
import css from "./use.module.css";

interface Line {
  name: string;
  values: number[];
  tone: "busy" | "good" | "warn";
}

interface Props {
  title: string;
  time: number[];
  lines: Line[];
  most?: number; // what was asked for, drawn as the top
  say: (value: number) => string;
}

/** Lines over time. What they say last, and at most, stands in words beside the title. */
export default function Chart({ title, time, lines, most, say }: Props) {
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });
  const { ref, width } = useElementSize();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot>(undefined);
  const names = lines.map(({ name }) => name).join();

  // biome-ignore lint/correctness/useExhaustiveDependencies: new values are put in below
  useEffect(() => {
    if (!place.current || width === 0) return;
    const made = new UPlot(options(lines, width, most, say), data(time, lines), place.current);
    plot.current = made;
    return () => made.destroy();
  }, [scheme, width, names, most]);
  useEffect(() => plot.current?.setData(data(time, lines)), [time, lines]);

  const words = lines.map(
    ({ name, values }) =>
      `${lines.length > 1 ? `${name} ` : ""}${text.use.latest(say(values.at(-1) ?? 0))}, ${text.use.highest(say(Math.max(0, ...values)))}`,
  );
  return (
    <figure className={css.chart} ref={ref}>
      <figcaption>
        <strong>{title}</strong>
        <span className="numbers">{words.join(" · ")}</span>
      </figcaption>
      <div ref={place} role="img" aria-label={`${text.use.chart(title)}: ${words.join(", ")}`} />
    </figure>
  );
}

function data(time: number[], lines: Line[]): UPlot.AlignedData {
  return [time, ...lines.map(({ values }) => values)];
}

const least = 0.1; // of the scale, so that nothing is drawn as nothing

function options(lines: Line[], width: number, most: number | undefined, say: Props["say"]): UPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis = { stroke: colour("--mantine-color-dimmed"), grid: { stroke: colour("--gd-line"), width: 1 } };
  return {
    width,
    height: 150,
    cursor: { y: false },
    legend: { show: false },
    scales: { y: { range: (_, __, max) => [0, Math.max(most ?? 0, max * 1.1, least)] } },
    axes: [
      { ...axis, space: 70, values: (_, splits, __, ___, step) => timesOf(splits, step) },
      { ...axis, size: 74, values: (_, splits) => splits.map(say) },
    ],
    series: [
      {},
      ...lines.map(({ name, tone }) => ({
        label: name,
        stroke: colour(`--gd-${tone}`),
        fill: lines.length === 1 ? `${colour(`--gd-${tone}`)}22` : undefined,
        width: 1.6,
        points: { show: false },
      })),
    ],
  };
}
