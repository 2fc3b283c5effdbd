export interface Day {
  cpu: number;
  ram: number;
  gpu: number;
  time: number;
}

export type Kind = "cpu" | "ram" | "gpu" | "time";

export interface Share {
  kind: Kind | "disk";
  used: number; // hours, or GB of disk
  quota: number; // 0 = no limit
  frees?: { amount: number; days: number }; // in so many days
}

/**
 * What is used of a quota that is counted over days, the oldest first, and when some of it frees up:
 * tomorrow the oldest day falls out, and so on.
 */
export function shareOf(kind: Kind, days: readonly Day[], quota: number): Share {
  const each = days.map((day) => day[kind] / 3600);
  const used = each.reduce((a, b) => a + b, 0);
  const share = { kind, used, quota: quota / 3600 };
  if (quota <= 0 || used <= 0) return share;
  const worth = Math.max(share.used - share.quota, share.quota / 20); // what is too little to wait for is passed over
  let amount = 0;
  for (const [i, hours] of each.entries()) {
    amount += hours;
    if (amount >= worth || i === each.length - 1) return { ...share, frees: { amount, days: i + 1 } };
  }
  return share;
}
