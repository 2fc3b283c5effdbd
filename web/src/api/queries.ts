import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { type Filter, queryOf } from "../task/filter";
import { client, listFiles, said, want } from "./client";
import { be, leave } from "./person";
import { Problem } from "./problem";
import type { paths } from "./schema";
import type { Page, Task, TaskRow, User } from "./types";

// The keys under which answers are remembered; what the live feed patches.
export const keys = {
  session: ["session"] as const,
  ended: ["ended"] as const, // whether a session ended that nobody asked to end
  config: ["config"] as const,
  lists: ["tasks"] as const,
  list: (filter: Filter) => ["tasks", filter] as const,
  tasks: ["task"] as const,
  task: (id: number) => ["task", id] as const,
  files: (id: number) => ["files", id] as const,
};

/** Who is logged in; null is nobody. */
export const sessionQuery = queryOptions({
  queryKey: keys.session,
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal, client: cache }): Promise<User | null> => {
    try {
      const user = await want(client.GET("/session", { signal }));
      if (be(user.id)) cache.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== keys.session[0] });
      return user;
    } catch (err) {
      if (!(err instanceof Problem && err.status === 401)) throw err;
      if (cache.getQueryData(keys.session)) cache.setQueryData(keys.ended, true);
      leave();
      return null;
    }
  },
});

export const configQuery = queryOptions({
  queryKey: keys.config,
  staleTime: 5 * 60_000,
  queryFn: ({ signal }) => want(client.GET("/config", { signal })),
});

const pageSize = 100;

/** The fields of a TaskRow. */
const rowFields =
  "id,parent_task_id,date,user,meta,requirements.cpu,requirements.ram,requirements.gpus,requirements.array,container.image,container.status,container.meta,container.stats,status";

type Wanted = Omit<NonNullable<paths["/task"]["get"]["parameters"]["query"]>, "fields">;

/** Asks for tasks as lists show them. */
export function listTasks(query: Wanted, signal?: AbortSignal): Promise<Page> {
  return want(client.GET("/task", { params: { query: { ...query, fields: rowFields } }, signal }));
}

/** The newest tasks that fit words. The server may look through many before the first one does, a part at a time. */
export async function findTasks(q: string, limit: number, signal: AbortSignal): Promise<TaskRow[]> {
  for (let before = 0; ; ) {
    const { tasks, next } = await listTasks({ q, limit, ...(before ? { before } : {}) }, signal);
    if (!next || (tasks ?? []).length > 0) return tasks ?? [];
    before = next;
  }
}

/** The task list, a page at a time. The live feed keeps it fresh. */
export const listQuery = (filter: Filter) =>
  infiniteQueryOptions({
    queryKey: keys.list(filter),
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) => {
      const query = {
        ...queryOf(filter),
        limit: pageSize,
        ...(pageParam ? { before: pageParam } : {}),
      };
      return listTasks(query, signal);
    },
    getNextPageParam: (page) => page.next || undefined,
    staleTime: 30_000,
  });

export const taskQuery = (id: number) =>
  queryOptions({
    queryKey: keys.task(id),
    queryFn: ({ signal }) => want(client.GET("/task/{id}", { params: { path: { id: String(id) } }, signal })),
    staleTime: 30_000,
  });

/** What happened to a task; asked again with every change of it. */
export const historyQuery = (task: Task) =>
  queryOptions({
    queryKey: ["history", task.id, task.status.primary, task.status.attempt ?? 0, task.container.status],
    queryFn: ({ signal }) =>
      want(client.GET("/task/{id}/history", { params: { path: { id: String(task.id) } }, signal })),
    placeholderData: keepPreviousData,
  });

/** Why a task waits; asked again while it does, as what others do changes the answer. */
export const whyQuery = (task: Task) =>
  queryOptions({
    queryKey: ["why", task.id, task.status.reason ?? ""],
    queryFn: ({ signal }) =>
      want(client.GET("/task/{id}/why", { params: { path: { id: String(task.id) } }, signal })),
    enabled: task.status.primary === "pending",
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  });

/** The projects that a user may charge a task to. */
export const projectsQuery = (user: string) =>
  queryOptions({
    queryKey: ["projects", user],
    queryFn: ({ signal }) =>
      want(client.GET("/user/{id}/project", { params: { path: { id: user } }, signal })),
    staleTime: 60_000,
  });

/** Whether a task has written anything to a stream; asked again while it runs, until it has. */
export const saidQuery = (task: Task, stream: "stdout" | "stderr") =>
  queryOptions({
    queryKey: ["said", task.id, stream, task.status.attempt ?? 0, task.status.primary],
    queryFn: ({ signal }) => said(task.id, stream, signal),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (task.status.primary === "running" && !state.data ? 5000 : false),
  });

export const filesQuery = (id: number, path: string) =>
  queryOptions({
    queryKey: [...keys.files(id), path],
    queryFn: ({ signal }) => listFiles(id, path, signal),
  });
