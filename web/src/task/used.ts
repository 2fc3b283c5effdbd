import type { TaskRow } from "../api/types";
import { gigabytes } from "../format";
import { text } from "../text";
import { isFinal } from "./state";

/** What a task that is over used of what it had asked for: "0.4 of 8 GB, 97 % of 2 cpus". */
export function usedOf(task: TaskRow): string {
  const { stats } = task.container;
  const { duration, suspended } = task.status;
  const { cpu, ram } = task.requirements;
  if (!stats || !isFinal(task)) return "";
  const parts = [];
  if (stats.peak_ram > 0) parts.push(text.unit.ram(gigabytes(stats.peak_ram), ram));
  const worked = (duration ?? 0) - (suspended ?? 0);
  if (worked >= 1 && cpu > 0)
    parts.push(text.unit.cpu(Math.round((100 * stats.cpu_seconds) / worked / cpu), cpu));
  return parts.join(", ");
}
