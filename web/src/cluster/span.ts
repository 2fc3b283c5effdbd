/** A stretch of time, drawn from left to right. */
export interface Span {
  ticks: { at: number; label: string }[];
  at: (time: number) => string; // as a CSS length
  place: (from: number, to: number) => { left: string; width: string };
}

const hour = 3600;
const day = 24 * hour;

/** The time that reservations are drawn in: from a little before now to the end of the last that ends. */
export function spanOf(
  reservations: readonly { date_from?: number | null; date_to?: number | null }[],
  now: number,
): Span {
  const ends = reservations.flatMap((r) => [r.date_from ?? 0, r.date_to ?? 0]).filter((at) => at > now);
  const length = Math.min(Math.max(day, 1.15 * (Math.max(now, ...ends) - now)), 400 * day);
  const from = now - length / 12;
  const to = now + length;
  const part = (time: number) => Math.min(1, Math.max(0, (time - from) / (to - from)));
  const step =
    [3 * hour, 6 * hour, 12 * hour, day, 2 * day, 7 * day, 30 * day].find((s) => length / s <= 8) ??
    100 * day;
  const ticks = [];
  for (let at = next(now + step / 3, step); at < to - step / 4; at += step)
    ticks.push({ at, label: label(at, step) });
  return {
    ticks,
    at: (time) => `${100 * part(time)}%`,
    place: (a, b) => ({ left: `${100 * part(a)}%`, width: `${Math.max(0.5, 100 * (part(b) - part(a)))}%` }),
  };
}

/** The next moment that is a whole step of the reader's own day. */
function next(time: number, step: number): number {
  const midnight = new Date(time * 1000);
  midnight.setHours(0, 0, 0, 0);
  const begin = midnight.getTime() / 1000;
  return begin + Math.ceil((time - begin) / Math.min(step, day)) * Math.min(step, day);
}

function label(at: number, step: number): string {
  const date = new Date(at * 1000);
  return step < day
    ? date.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
    : date.toLocaleDateString(undefined, { month: "short", day: "numeric" });
}
