import { useQueries, useQuery } from "@tanstack/react-query";
import { projectsQuery } from "../api/queries";
import type { User } from "../api/types";
import { figure } from "../chart/numbers";
import { dashboard as t } from "../text/dashboard";
import css from "./dashboard.module.css";
import { projectUsageQuery, usageQuery } from "./queries";
import { type Day, type Kind, type Share, shareOf } from "./quota";

const kinds: Kind[] = ["cpu", "ram", "gpu", "time"];

/** What I and my projects used of what we may, and when more comes free. */
export function MyShare({ me }: { me: User }) {
  const own = useQuery(usageQuery(me.id)).data;
  const projects = (useQuery(projectsQuery(me.id)).data ?? []).filter((p) =>
    kinds.some((k) => quota(p, k) > 0),
  );
  const used = useQueries({ queries: projects.map((p) => projectUsageQuery(p.id)) });
  if (!own) return null;
  const limits = me.usage as unknown as Record<string, number>;
  const mine = sharesOf(own, (k) => limits[`quota_${k}`] ?? 0);
  const disk = Number(limits.disk ?? 0) / 1e9;
  const places = [
    {
      name: t.share.me,
      shares: [...mine, { kind: "disk" as const, used: disk, quota: Number(limits.quota_disk ?? 0) / 1e9 }],
    },
    ...projects.flatMap((p, i) => {
      const days = used[i]?.data;
      return days ? [{ name: p.id, shares: sharesOf(days, (k) => quota(p, k)) }] : [];
    }),
  ];
  return (
    <section className={`panel ${css.share}`} aria-label={t.share.title}>
      <h2 className={css.heading}>{t.share.title}</h2>
      <p className={css.lead}>{t.share.window(own.length)}</p>
      <div className={css.places}>
        {places.map(({ name, shares }) => (
          <div key={name}>
            <h3 className={css.place}>{name}</h3>
            {shares
              .filter((s) => s.quota > 0 || s.kind === "cpu" || (s.kind === "disk" && s.used > 0))
              .map((share) => (
                <Meter key={share.kind} share={share} />
              ))}
          </div>
        ))}
      </div>
    </section>
  );
}

function sharesOf(days: Day[], quota: (kind: Kind) => number): Share[] {
  return kinds.map((kind) => shareOf(kind, days, quota(kind)));
}

function quota(doc: object, kind: Kind): number {
  return Number((doc as Record<string, unknown>)[`quota_${kind}`] ?? 0);
}

function Meter({ share: { kind, used, quota, frees } }: { share: Share }) {
  const unit = t.share.units[kind];
  if (quota <= 0) return <p className={css.meterless}>{t.share.used(figure(used), unit)}</p>;
  const left = quota - used;
  const part = Math.min(1, used / quota);
  return (
    <div className={css.meter}>
      <div className={css.meterHead}>
        <span className="numbers">{t.share.of(figure(used), figure(quota), unit)}</span>
        <span className={css.left} data-spent={left <= 0 || undefined}>
          {left > 0 ? t.share.left(figure(left), unit) : t.share.spent}
        </span>
      </div>
      <div className={css.track} aria-hidden="true">
        <div
          className={css.fill}
          data-tone={part >= 1 ? "bad" : part > 0.8 ? "warn" : undefined}
          style={{ width: `${100 * part}%` }}
        />
      </div>
      {frees && frees.amount > 0 && (
        <p className={css.frees}>{t.share.frees(figure(frees.amount), unit, day(frees.days))}</p>
      )}
    </div>
  );
}

function day(from: number): string {
  if (from === 1) return t.share.tomorrow;
  const date = new Date(Date.now() + from * 86_400_000);
  return t.share.on(date.toLocaleDateString(undefined, { weekday: "short", month: "short", day: "numeric" }));
}
