import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client, want } from "../api/client";
import type { Known } from "../api/known";
import type { components } from "../api/schema";
import { type Filter, queryOf } from "./filter";

export type Statistics = Known<components["schemas"]["Statistics"]>;
export type Part = Known<components["schemas"]["Part"]>;

/** What became of tasks; asked again every minute, as what is shown goes on up to now. */
export const statisticsQuery = (filter: Filter) =>
  queryOptions({
    queryKey: ["statistics", filter],
    queryFn: ({ signal }) => {
      const query = queryOf(filter, Date.now() / 1000, -new Date().getTimezoneOffset());
      return want(client.GET("/statistics", { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
    refetchInterval: filter.from ? false : 60_000,
    staleTime: 30_000,
  });

export const usageQuery = (user: string) =>
  queryOptions({
    queryKey: ["usage", user],
    queryFn: ({ signal }) => want(client.GET("/user/{id}/usage", { params: { path: { id: user } }, signal })),
    staleTime: 60_000,
  });

export const projectUsageQuery = (project: string) =>
  queryOptions({
    queryKey: ["projectusage", project],
    queryFn: ({ signal }) =>
      want(client.GET("/project/{id}/usage", { params: { path: { id: project } }, signal })),
    staleTime: 60_000,
  });
