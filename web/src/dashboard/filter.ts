/** What the dashboard shows, as the address bar holds it. */
export interface Filter {
  span?: string; // of spans, up to now
  from?: number; // epoch seconds, with to: in place of span
  to?: number;
  user?: string;
  project?: string;
  image?: string;
  tag?: string;
}

/** Lengths of time up to now, in seconds. */
export const spans = { day: 86400, week: 7 * 86400, month: 30 * 86400, year: 365 * 86400 } as const;
export type Span = keyof typeof spans;

const names = ["user", "project", "image", "tag"] as const;

/** Reads a filter from whatever the address bar holds; what is empty or makes no sense is left out. */
export function filterOf(search: Record<string, unknown>): Filter {
  const filter: Filter = {};
  for (const name of names) {
    const value = search[name];
    if (typeof value === "string" && value.trim() !== "") filter[name] = value;
  }
  const from = Number(search.from);
  const to = Number(search.to);
  if (Number.isSafeInteger(from) && Number.isSafeInteger(to) && 0 < from && from < to)
    return { ...filter, from, to };
  if (typeof search.span === "string" && search.span in spans) filter.span = search.span;
  return filter;
}

/** The span that is meant, unless two times are given. */
export function spanOf(filter: Filter): Span | undefined {
  return filter.from ? undefined : ((filter.span as Span | undefined) ?? "week");
}

/** The part of the statistics to ask for. Up to now is to the next full minute, to be asked for once. */
export function queryOf(filter: Filter, now: number, zone: number) {
  const span = spanOf(filter);
  const to = filter.to ?? Math.ceil(now / 60) * 60;
  const from = filter.from ?? to - spans[span ?? "week"];
  const rest = Object.fromEntries(names.flatMap((name) => (filter[name] ? [[name, filter[name]]] : [])));
  return { from, to, zone, ...rest };
}
