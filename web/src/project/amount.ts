import { bytes } from "../format";
import { text } from "../text";

/** The unit that lengths up to a greatest one are read best in. */
export function unitOf(most: number): { seconds: number; name: "s" | "min" | "h" } {
  if (most < 120) return { seconds: 1, name: "s" };
  return most < 7200 ? { seconds: 60, name: "min" } : { seconds: 3600, name: "h" };
}

/** An amount of what is counted in seconds, or of bytes. */
export function amount(kind: string, value: number): string {
  if (kind === "disk") return bytes(value);
  const unit = unitOf(value);
  return `${short(value / unit.seconds)} ${text.project.units[kind as "cpu"] ?? ""}${unit.name}`;
}

/** A number with as many digits as say something. */
export function short(n: number): string {
  return n >= 100 ? Math.round(n).toLocaleString() : String(Number(n.toPrecision(2)));
}
