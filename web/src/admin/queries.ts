import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client, want } from "../api/client";
import type { Known } from "../api/known";
import type { components } from "../api/schema";

type Schemas = components["schemas"];
export type Person = Known<Schemas["User"]>;
export type Act = Known<Schemas["Act"]>;
export type Simulated = Known<Schemas["Simulated"]>;

export const usersQuery = queryOptions({
  queryKey: ["users"],
  queryFn: ({ signal }) => want(client.GET("/user", { signal })),
});

export const settingsQuery = queryOptions({
  queryKey: ["settings"],
  queryFn: ({ signal }) => want(client.GET("/configuration", { signal })),
});

/** What the audit log is narrowed to, as the address bar holds it. */
export interface ActFilter {
  who?: string;
  action?: string;
  object?: string;
  q?: string;
  from?: string; // days: 2026-03-01
  to?: string;
  refused?: boolean;
}

export function actFilterOf(search: Record<string, unknown>): ActFilter {
  const filter: ActFilter = {};
  for (const name of ["who", "action", "object", "q"] as const) {
    const value = search[name];
    if (typeof value === "string" && value.trim() !== "") filter[name] = value;
  }
  for (const name of ["from", "to"] as const) {
    const value = search[name];
    if (typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value)) filter[name] = value;
  }
  if (String(search.refused) === "true") filter.refused = true;
  return filter;
}

export const actsQuery = (filter: ActFilter) =>
  infiniteQueryOptions({
    queryKey: ["acts", filter],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) => {
      const { from, to, ...rest } = filter;
      const query = {
        ...rest,
        limit: 100,
        ...(from ? { from: midnight(from, 0) } : {}),
        ...(to ? { to: midnight(to, 1) } : {}),
        ...(pageParam ? { before: pageParam } : {}),
      };
      return want(client.GET("/audit", { params: { query }, signal }));
    },
    getNextPageParam: (page) => page.next || undefined,
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });

/** The beginning of a day of the reader's, or of the days after it, in epoch seconds. */
function midnight(day: string, after: number): number {
  const date = new Date(`${day}T00:00:00`);
  date.setDate(date.getDate() + after);
  return Math.floor(date.getTime() / 1000);
}
