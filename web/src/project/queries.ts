import { queryOptions } from "@tanstack/react-query";
import { client, want } from "../api/client";
import type { DayUsage, MemberUsage, Project } from "../api/types";

export const projectsKey = ["projects"] as const;

/** All projects for administrators, for others their own. */
export const allProjectsQuery = queryOptions({
  queryKey: [...projectsKey, "*"],
  queryFn: async ({ signal }) => (await want(client.GET("/project", { signal }))) as Project[],
  staleTime: 10_000,
});

export const projectQuery = (id: string) =>
  queryOptions({
    queryKey: ["project", id],
    queryFn: async ({ signal }) =>
      (await want(client.GET("/project/{id}", { params: { path: { id } }, signal }))) as Project,
  });

export const projectUsageQuery = (id: string) =>
  queryOptions({
    queryKey: ["project", id, "usage"],
    queryFn: async ({ signal }) =>
      (await want(client.GET("/project/{id}/usage", { params: { path: { id } }, signal }))) as DayUsage[],
    refetchInterval: 15_000,
  });

export const memberUsageQuery = (id: string) =>
  queryOptions({
    queryKey: ["project", id, "members"],
    queryFn: async ({ signal }) =>
      (await want(
        client.GET("/project/{id}/member/usage", { params: { path: { id } }, signal }),
      )) as MemberUsage[],
    refetchInterval: 15_000,
  });
