import { useQuery } from "@tanstack/react-query";
import { fileAddress } from "../api/client";
import { historyQuery } from "../api/queries";
import type { Attempt, Event, Task } from "../api/types";
import { bytes, duration, moment } from "../format";
import { text } from "../text";
import { Since } from "../ui/clock";
import { Failure } from "../ui/notice";
import { Scroll } from "../ui/scroll";
import css from "./history.module.css";

/** What happened to a task: each time it was tried, and everything in the order it happened. */
export function History({ task }: { task: Task }) {
  const history = useQuery(historyQuery(task));
  if (history.isError) return <Failure error={history.error} retry={() => void history.refetch()} />;
  if (!history.data) return null;
  const attempts = history.data.attempts ?? [];
  return (
    <div className={css.history}>
      <h2 className={css.title}>{text.history.attempts}</h2>
      {attempts.length === 0 ? (
        <p className={css.none}>{text.history.none}</p>
      ) : (
        <Attempts task={task} all={attempts} />
      )}
      <h2 className={css.title}>{text.history.events}</h2>
      <ol className={css.events}>
        {(history.data.events ?? []).toReversed().map((event) => (
          <li key={event.seq}>
            <time className="numbers" dateTime={new Date(event.date * 1000).toISOString()}>
              {moment(event.date)}
            </time>
            <span>{wordsOf(event)}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

function Attempts({ task, all }: { task: Task; all: Attempt[] }) {
  const names = text.history;
  return (
    <Scroll label={names.attempts} className={css.scroll}>
      <table className={`${css.attempts} numbers`}>
        <thead>
          <tr>
            {[names.attempt, names.node, names.started, names.took, names.end, names.peak, names.log].map(
              (name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {all.map((a) => (
            <tr key={a.number}>
              <td>{a.number}</td>
              <td>{a.node}</td>
              <td>{a.started ? moment(a.started) : "–"}</td>
              <td>{a.started ? a.ended ? duration(a.ended - a.started) : <Since at={a.started} /> : "–"}</td>
              <td>{endOf(a)}</td>
              <td>{a.stats?.peak_ram ? bytes(a.stats.peak_ram) : "–"}</td>
              <td className={css.logs}>
                {task.status.primary !== "archived" && a.started > 0 && (
                  <Logs task={task} attempt={a.number} />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** What an attempt printed: that of earlier ones is kept under their numbers. */
function Logs({ task, attempt }: { task: Task; attempt: number }) {
  const older = attempt < (task.status.attempt ?? 0) ? `.${attempt}` : "";
  return ["god.log", "god.err"].map((name) => (
    <a key={name} href={fileAddress(task.id, name + older)} download={name + older}>
      {name + older}
    </a>
  ));
}

function endOf(a: Attempt): string {
  if (!a.ended && !a.outcome) return text.history.running;
  const outcome = (text.state as unknown as Record<string, string>)[a.outcome] ?? a.outcome;
  const code = a.exitcode == null ? "" : text.state.exit(a.exitcode);
  return [outcome, code, a.reason].filter(Boolean).join(" · ");
}

function wordsOf(event: Event): string {
  const say = text.history.kinds[event.kind as keyof typeof text.history.kinds];
  if (typeof say === "string") return say;
  if (!say) return event.text ? `${event.kind}: ${event.text}` : event.kind;
  return say(event.kind === "moved" ? event.state : event.text.replaceAll("\n", ", "));
}
