import { useQuery } from "@tanstack/react-query";
import { historyQuery } from "../api/queries";
import type { Task } from "../api/types";
import { duration, moment } from "../format";
import { text } from "../text";
import { Since } from "../ui/clock";
import { isFinal } from "./state";
import { type Span, spansOf } from "./timeline";
import css from "./timeline.module.css";

/** A task's life as a band, each part as wide as it was long, and in words below it. */
export function Timeline({ task }: { task: Task }) {
  const history = useQuery(historyQuery(task));
  if (!history.data) return <div className={`panel ${css.timeline}`} data-waits />;
  const spans = spansOf(history.data.events ?? [], task);
  if (spans.length === 0) return null;
  const tries = new Set(spans.map(({ attempt }) => attempt).filter((n) => n > 0)).size;
  return (
    <section className={`panel ${css.timeline}`} aria-label={text.timeline.title}>
      <div className={css.band} aria-hidden="true">
        {spans.map((span) => (
          <span
            key={`${span.step}${span.from}`}
            data-step={span.step}
            data-open={span.to === undefined || undefined}
            style={{ flexGrow: Math.max(0.02, lengthOf(span, spans)) }}
          />
        ))}
      </div>
      <ol className={css.steps}>
        {spans.map((span) => (
          <li key={`${span.step}${span.from}`}>
            <span className={css.step}>
              <i data-step={span.step} aria-hidden="true" />
              {span.to === undefined ? text.timeline.now[span.step] : text.timeline.steps[span.step]}{" "}
              <b className="numbers">
                {span.to === undefined ? <Since at={span.from} /> : duration(span.to - span.from)}
              </b>
            </span>
            <span className={`${css.when} numbers`}>
              {moment(span.from)}
              {tries > 1 && span.attempt > 0 && ` · ${text.timeline.attempt(span.attempt)}`}
            </span>
            {span.words && (span.to === undefined ? !isFinal(task) : span.step !== "ending") && (
              <span className={`${css.words} cut`} title={span.words}>
                {span.words}
              </span>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** How long a part is among the others: what goes on is as long as until now. */
function lengthOf(span: Span, all: Span[]): number {
  const end = (s: Span) => s.to ?? Date.now() / 1000;
  const sum = all.reduce((n, s) => n + Math.max(0, end(s) - s.from), 0);
  return sum > 0 ? Math.max(0, end(span) - span.from) / sum : 1;
}
