import { useQuery } from "@tanstack/react-query";
import { Suspense } from "react";
import type { Task } from "../../api/types";
import { bytes, gigabytes } from "../../format";
import { text } from "../../text";
import { late } from "../../ui/late";
import { Notice } from "../../ui/notice";
import { isFinal } from "../state";
import { samplesQuery } from "./samples";
import type { Samples } from "./sums";
import css from "./use.module.css";

const Chart = late(() => import("./chart").then((chart) => chart.default));

/** What a task uses and used: against what it asked for, and over time. */
export function Use({ task }: { task: Task }) {
  const samples = useQuery(samplesQuery(task)).data;
  const lines = samples && samples.time.length > 1;
  return (
    <div className={css.use}>
      <Against task={task} samples={samples ?? undefined} />
      {lines ? (
        <Suspense fallback={null}>
          <Charts task={task} samples={samples} />
        </Suspense>
      ) : (
        <Notice title={missing(task, usedBy(task, samples ?? undefined) !== undefined)} />
      )}
    </div>
  );
}

function missing(task: Task, measured: boolean): string {
  if (task.status.primary === "archived") return text.use.gone;
  if (isFinal(task) && measured) return text.use.short;
  return isFinal(task) ? text.use.none : text.use.early;
}

const rate = (n: number) => text.use.perSecond(bytes(n));
const cpus = (n: number) => `${Number(n.toPrecision(2))}`;

function Charts({ task, samples }: { task: Task; samples: Samples }) {
  const { time, cpu, ram, read, written, received, sent } = samples;
  const names = text.use;
  return (
    <div className={css.charts}>
      <Chart
        title={names.cpu}
        time={time}
        lines={[{ name: names.cpus, values: cpu, tone: "busy" }]}
        most={task.requirements.cpu}
        say={cpus}
      />
      <Chart
        title={names.ram}
        time={time}
        lines={[{ name: names.ram, values: ram, tone: "good" }]}
        most={task.requirements.ram * 2 ** 30}
        say={bytes}
      />
      <Chart
        title={names.network}
        time={time}
        lines={[
          { name: names.received, values: received, tone: "busy" },
          { name: names.sent, values: sent, tone: "warn" },
        ]}
        say={rate}
      />
      <Chart
        title={names.disk}
        time={time}
        lines={[
          { name: names.read, values: read, tone: "busy" },
          { name: names.written, values: written, tone: "warn" },
        ]}
        say={rate}
      />
    </div>
  );
}

/** Bars of what was used within what was asked for. */
function Against({ task, samples }: { task: Task; samples?: Samples }) {
  const { cpu, ram } = task.requirements;
  const used = usedBy(task, samples);
  if (!used) return null;
  const little =
    isFinal(task) && used.seconds > 60 && used.ram / (ram * 2 ** 30) < 0.25 && used.cpu / cpu < 0.5;
  const near = used.ram / (ram * 2 ** 30) > 0.9;
  return (
    <section className={css.against} aria-label={text.use.asked}>
      <Gauge
        name={text.use.cpu}
        share={used.cpu / cpu}
        words={text.use.ofCpu(Number(used.cpu.toPrecision(2)), cpu)}
      />
      <Gauge
        name={text.use.ram}
        share={used.ram / (ram * 2 ** 30)}
        words={text.use.ofRam(gigabytes(used.ram), ram)}
      />
      {(little || near) && <p className={css.advice}>{near ? text.use.near : text.use.little}</p>}
    </section>
  );
}

/** Cpus on average, and the most bytes of memory: measured at the end, or sampled until now. */
function usedBy(task: Task, samples?: Samples): { cpu: number; ram: number; seconds: number } | undefined {
  const { stats } = task.container;
  const seconds = (task.status.duration ?? 0) - (task.status.suspended ?? 0);
  if (stats && isFinal(task) && seconds > 0)
    return { cpu: stats.cpu_seconds / Math.max(seconds, 0.1), ram: stats.peak_ram, seconds };
  if (!samples?.time.length) return undefined;
  const mean = samples.cpu.reduce((sum, n) => sum + n, 0) / samples.cpu.length;
  return { cpu: mean, ram: Math.max(...samples.ram), seconds };
}

function Gauge({ name, share, words }: { name: string; share: number; words: string }) {
  return (
    <div className={css.gauge}>
      <span>{name}</span>
      <span className={css.track} aria-hidden="true">
        <span data-full={share > 0.9 || undefined} style={{ width: `${Math.min(100, 100 * share)}%` }} />
      </span>
      <span className="numbers">{words}</span>
    </div>
  );
}
