import type { MemberUsage } from "../api/types";

export type Measure = "cpu" | "ram" | "time" | "gpu";

/** What each member used, day by day, the one who used most first. */
export interface Stack {
  days: number[]; // epoch seconds
  members: { user: string; total: number; each: number[] }[];
}

const day = 86_400;

/** Adds up the use of members on the days of the window. Beyond the first most, members are one. */
export function stackOf(usage: MemberUsage[], dates: string[], measure: Measure, most = 8): Stack {
  const days = dates.map(epochOf);
  const at = new Map(days.map((epoch, i) => [epoch, i]));
  const byUser = new Map<string, number[]>();
  for (const line of usage) {
    const i = at.get(epochOf(line.date));
    if (i === undefined) continue;
    const each = byUser.get(line.user) ?? days.map(() => 0);
    each[i] = (each[i] ?? 0) + line[measure];
    byUser.set(line.user, each);
  }
  const all = [...byUser].map(([user, each]) => ({ user, each, total: each.reduce((a, b) => a + b, 0) }));
  const named = all.filter(({ user, total }) => user !== "" && total > 0).sort((a, b) => b.total - a.total);
  const rest = [...named.slice(most), ...all.filter(({ user }) => user === "")];
  const members = named.slice(0, most);
  if (rest.length > 0) {
    const each = days.map((_, i) =>
      Math.max(
        0,
        rest.reduce((sum, one) => sum + (one.each[i] ?? 0), 0),
      ),
    );
    const total = each.reduce((a, b) => a + b, 0);
    if (total > 0) members.push({ user: "", each, total });
  }
  return { days, members };
}

/** The beginning of a day such as 2026_3_7, in UTC. */
export function epochOf(date: string): number {
  const [y = 1970, m = 1, d = 1] = date.split("_").map(Number);
  return Math.round(Date.UTC(y, m - 1, d) / 1000 / day) * day;
}
