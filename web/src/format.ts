import { text } from "./text";

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** A length of time in seconds, with the two greatest units: "200 ms", "3 s", "2 min 05 s", "1 h 04 min". */
export function duration(seconds: number): string {
  const ms = Math.round(1000 * seconds);
  if (ms > 0 && ms < 1000) return `${ms} ms`;
  const s = Math.max(0, Math.floor(seconds + 0.0005));
  if (s < minute) return `${s} s`;
  if (s < hour) return `${Math.floor(s / minute)} min ${pad(s % minute)} s`;
  if (s < day) return `${Math.floor(s / hour)} h ${pad(Math.floor((s % hour) / minute))} min`;
  return `${Math.floor(s / day)} d ${Math.floor((s % day) / hour)} h`;
}

/** A length of time in seconds with its greatest unit alone. */
export function rough(seconds: number): string {
  const s = Math.round(seconds);
  if (s < minute) return `${s} s`;
  if (s < hour) return `${Math.round(s / minute)} min`;
  if (s < 2 * day) return `${Math.round((10 * s) / hour) / 10} h`;
  return `${Math.round(s / day)} d`;
}

/** How long ago a moment was; both in epoch seconds. Above a week, its date. */
export function ago(then: number, now: number): string {
  const s = now - then;
  if (s < 10) return text.time.now;
  if (s < minute) return text.time.ago(`${Math.floor(s)} s`);
  if (s < hour) return text.time.ago(`${Math.floor(s / minute)} min`);
  if (s < day) return text.time.ago(`${Math.floor(s / hour)} h`);
  if (s < 7 * day) return text.time.ago(`${Math.floor(s / day)} d`);
  return new Date(then * 1000).toLocaleDateString(undefined, { dateStyle: "medium" });
}

/** A moment in the reader's own time zone, to the second; the year only where it is not this one. */
export function moment(epoch: number): string {
  const date = new Date(epoch * 1000);
  const year = date.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  return date.toLocaleString(undefined, {
    year,
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
}

/** A moment to the minute, as an estimate has it; the day only where it is not today. Both in epoch seconds. */
export function clock(epoch: number, now = Date.now() / 1000): string {
  const date = new Date(epoch * 1000);
  const today = date.toDateString() === new Date(now * 1000).toDateString();
  return date.toLocaleString(undefined, {
    ...(!today && { weekday: "short", day: "numeric", month: "short" }),
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
}

/** A number of bytes with powers of 1000, like the disk's own label. */
export function bytes(n: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let i = 0;
  let v = n;
  while (v >= 999.5 && i < units.length - 1) {
    v /= 1000;
    i++;
  }
  return `${i === 0 || v >= 100 ? Math.round(v) : Number(v.toPrecision(2))} ${units[i]}`;
}

/** Memory in the unit that tasks ask for it in: GB of 2^30 bytes. */
export function gigabytes(bytes: number): string {
  const v = bytes / 2 ** 30;
  if (v >= 99.5) return String(Math.round(v));
  return v >= 0.095 ? v.toFixed(1) : v >= 0.0095 ? v.toFixed(2) : v.toFixed(3);
}

/**
 * Makes a sentence of the server's words: they begin small and end without a stop, and
 * those about a field may begin with what it is. */
export function sentence(words: string): string {
  const all = words.trim().replace(/^(is|has) /, "it $1 ");
  if (!all) return "";
  return all.charAt(0).toUpperCase() + all.slice(1) + (/[.!?…]$/.test(all) ? "" : ".");
}

function pad(n: number): string {
  return String(n).padStart(2, "0");
}
