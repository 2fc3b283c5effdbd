import type { DayUsage } from "../api/types";

/** What somebody may use in the window, by the names of the wire. 0 is no limit. */
export interface Allowed {
  quota_cpu: number; // cpu seconds
  quota_ram: number; // GB seconds
  quota_gpu: number; // gpu seconds
  quota_time: number; // seconds of run time
  quota_disk: number; // bytes
}

type Kind = "cpu" | "ram" | "gpu" | "time" | "disk";

export interface Quota {
  kind: Kind;
  used: number;
  most: number; // 0 = no limit
  /** Days until it is no longer reached if nothing more is used; undefined where it is not reached. */
  freeIn?: number;
  /** What leaves the window at the next midnight in UTC. */
  next: number;
}

/** How much of each quota is used, and when what is used up comes back. Days are those of the window. */
export function quotasOf(allowed: Allowed, disk: number, days: DayUsage[]): Quota[] {
  const windowed = (["cpu", "ram", "gpu", "time"] as const).map((kind): Quota => {
    const each = days.map((day) => day[kind]);
    const most = allowed[`quota_${kind}`];
    return { kind, used: sum(each), most, freeIn: freeIn(each, most), next: each[0] ?? 0 };
  });
  const quotas: Quota[] = [...windowed, { kind: "disk", used: disk, most: allowed.quota_disk, next: 0 }];
  // gpus and disk are of no interest where there are none
  return quotas.filter(({ kind, used, most }) => most > 0 || used > 0 || kind === "cpu" || kind === "time");
}

/** Days until enough of what was used has left the window. */
export function freeIn(days: number[], most: number): number | undefined {
  if (most <= 0 || sum(days) < most) return undefined;
  for (let gone = 1; gone <= days.length; gone++) if (sum(days.slice(gone)) < most) return gone;
  return undefined;
}

function sum(all: number[]): number {
  return all.reduce((a, b) => a + b, 0);
}

/** The midnight in UTC that is so many days away, in epoch seconds. */
export function midnight(days: number, now = Date.now()): number {
  const day = 86_400_000;
  return ((Math.floor(now / day) + days) * day) / 1000;
}
