// A picture of use over days: one bar a day, one colour a member. The numbers stand in a table beside it.
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { short, unitOf } from "./amount";
import css from "./project.module.css";
import type { Stack } from "./stack";

const height = 220;
const day = 86_400;

export default function Bars({ stack }: { stack: Stack }) {
  const place = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read anew when the scheme changes
  useEffect(() => {
    const at = place.current;
    if (!at) return;
    const plot = new uPlot(optionsOf(stack, at), dataOf(stack), at);
    const watch = new ResizeObserver(() => plot.setSize({ width: at.clientWidth, height }));
    watch.observe(at);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
  }, [stack, scheme]);
  return <div ref={place} className={css.bars} aria-hidden="true" />;
}

const name = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric", timeZone: "UTC" });

function dayOf(epoch: number): string {
  return name.format(new Date(epoch * 1000));
}

/** The sums from below, the highest first, so that each lower one is drawn over it. */
function dataOf(stack: Stack): uPlot.AlignedData {
  const { days, members } = stack;
  const unit = unitOf(highest(stack));
  const sums: number[][] = [];
  for (const { each } of members) {
    const below = sums.at(-1);
    sums.push(each.map((value, i) => value / unit.seconds + (below?.[i] ?? 0)));
  }
  return [days, ...sums.reverse()];
}

/** What was used on the day with the most of it, in seconds. */
function highest({ days, members }: Stack): number {
  return Math.max(...days.map((_, i) => members.reduce((sum, { each }) => sum + (each[i] ?? 0), 0)));
}

function optionsOf(stack: Stack, at: HTMLElement): uPlot.Options {
  const { members } = stack;
  const unit = unitOf(highest(stack));
  const style = getComputedStyle(at);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const line = colour("--gd-line");
  const words = colour("--mantine-color-dimmed");
  const paths = uPlot.paths.bars?.({ size: [0.7, 40] });
  const axis = {
    stroke: words,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1 },
    font: "12px Inter Variable",
  };
  return {
    width: at.clientWidth,
    height,
    tzDate: (epoch) => uPlot.tzDate(new Date(epoch * 1000), "UTC"),
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { range: (_, min, max) => [min - day / 2, max + day / 2] },
      y: { range: (_, __, max) => [0, max > 0 ? max * 1.08 : 1] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        incrs: [1, 2, 7, 14, 28].map((n) => n * day),
        values: (_, splits) => splits.map(dayOf),
      },
      { ...axis, size: 68, values: (_, splits) => splits.map((n) => `${short(n)} ${unit.name}`) },
    ],
    series: [
      {},
      ...members
        .map(({ user }, i) => colour(user === "" ? "--member-rest" : `--member-${i}`))
        .reverse()
        .map((fill) => ({ fill, stroke: fill, width: 0, paths, points: { show: false } })),
    ],
  };
}
