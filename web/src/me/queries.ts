import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { client, want } from "../api/client";
import type { DayUsage, Key, Registry, Session } from "../api/types";

/** How a person likes the page; kept on the server, so that it is the same everywhere. */
export interface Preferences {
  email?: boolean; // new tasks send e-mail unless somebody says otherwise
  notices?: boolean; // browsers tell of tasks that end
}

const at = (id: string) => ({ params: { path: { id } } });

export const preferencesQuery = (user: string) =>
  queryOptions({
    queryKey: ["preferences", user],
    queryFn: async ({ signal }) =>
      (await want(client.GET("/user/{id}/preference", { ...at(user), signal }))) as Preferences,
    enabled: user !== "",
    staleTime: 5 * 60_000,
    retry: false,
  });

/** Changes some preferences and leaves the others, of parts of the page that this one does not know. */
export function usePrefer(user: string) {
  const queries = useQueryClient();
  const { queryKey } = preferencesQuery(user);
  return useMutation({
    mutationFn: async (change: Preferences) => {
      const now = await want(client.GET("/user/{id}/preference", at(user)));
      const body = { ...(now as Record<string, unknown>), ...change };
      await want(client.PUT("/user/{id}/preference", { ...at(user), body }));
      return body as Preferences;
    },
    onMutate: (change) => {
      const before = queries.getQueryData(queryKey);
      queries.setQueryData(queryKey, { ...before, ...change }); // shown at once
      return before;
    },
    onError: (_, __, before) => queries.setQueryData(queryKey, before),
    onSuccess: (all) => queries.setQueryData(queryKey, all),
  });
}

export const keysQuery = (user: string) =>
  queryOptions({
    queryKey: ["keys", user],
    queryFn: async ({ signal }) =>
      (await want(client.GET("/user/{id}/key", { ...at(user), signal }))) as Key[],
  });

export const sessionsQuery = (user: string) =>
  queryOptions({
    queryKey: ["sessions", user],
    queryFn: async ({ signal }) =>
      (await want(client.GET("/user/{id}/session", { ...at(user), signal }))) as Session[],
  });

export const registriesQuery = (user: string) =>
  queryOptions({
    queryKey: ["registries", user],
    queryFn: async ({ signal }) =>
      (await want(client.GET("/user/{id}/registry", { ...at(user), signal }))) as Registry[],
  });

export const myUsageQuery = (user: string) =>
  queryOptions({
    queryKey: ["usage", user],
    queryFn: async ({ signal }) =>
      (await want(client.GET("/user/{id}/usage", { ...at(user), signal }))) as DayUsage[],
  });
