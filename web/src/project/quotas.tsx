import { clock } from "../format";
import { text } from "../text";
import { amount } from "./amount";
import css from "./project.module.css";
import { midnight, type Quota } from "./quota";

interface Limits {
  max_running: number;
  max_running_cpu: number;
  max_running_ram: number;
  max_running_gpus: number;
}

/** Quotas as bars: used, left, and when they free up; and what may run at one time. */
export function Quotas({ quotas, limits }: { quotas: Quota[]; limits: Limits }) {
  const t = text.project;
  const once = [
    limits.max_running > 0 && t.atOnce.tasks(limits.max_running),
    limits.max_running_cpu > 0 && t.atOnce.cpus(limits.max_running_cpu),
    limits.max_running_ram > 0 && t.atOnce.ram(limits.max_running_ram),
    limits.max_running_gpus > 0 && t.atOnce.gpus(limits.max_running_gpus),
  ].filter(Boolean);
  return (
    <div className={css.quotas}>
      {quotas.map((quota) => (
        <Bar key={quota.kind} quota={quota} />
      ))}
      {once.length > 0 && <p className={css.once}>{t.atOnce.title(once.join(", "))}</p>}
    </div>
  );
}

function Bar({ quota }: { quota: Quota }) {
  const { kind, used, most } = quota;
  const part = most > 0 ? used / most : 0;
  const name = text.project.kinds[kind];
  return (
    <div className={css.quota}>
      <div className={css.quotaHead}>
        <span>{name}</span>
        <span className="numbers">
          {most > 0
            ? text.project.usedOf(amount(kind, used), amount(kind, most))
            : text.project.usedFree(amount(kind, used))}
        </span>
      </div>
      {most > 0 && (
        <meter
          className={css.meter}
          aria-label={name}
          data-tone={part >= 1 ? "bad" : part >= 0.8 ? "warn" : undefined}
          min={0}
          max={most}
          value={Math.min(used, most)}
        />
      )}
      {most > 0 && <span className={css.left}>{left(quota)}</span>}
    </div>
  );
}

/** What is left, or when something is again. */
function left({ kind, used, most, freeIn, next }: Quota): string {
  const t = text.project;
  if (used < most) {
    const rest = t.left(amount(kind, most - used));
    return next > most / 100 ? `${rest} ${t.leaves(amount(kind, next))}` : rest;
  }
  if (kind === "disk") return t.fullDisk;
  if (freeIn === undefined) return t.full;
  return t.frees(clock(midnight(freeIn)));
}
