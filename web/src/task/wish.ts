import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { client, want } from "../api/client";
import { keys, sessionQuery } from "../api/queries";
import type { Task } from "../api/types";
import { patch } from "../live/feed";

const asks = {
  kill: (id: string) => want(client.DELETE("/task/{id}", { params: { path: { id } } })),
  suspend: (id: string) => want(client.POST("/task/{id}/suspend", { params: { path: { id } } })),
  resume: (id: string) => want(client.POST("/task/{id}/resume", { params: { path: { id } } })),
  reschedule: (id: string) => want(client.POST("/task/{id}/reschedule", { params: { path: { id } } })),
};

/** Asks the server for something to happen to a task. Done is told the id that goes on, a new one at times. */
export function useWish(task: Task, kind: keyof typeof asks, done?: (id: number) => void) {
  const queries = useQueryClient();
  const me = useQuery(sessionQuery).data?.id ?? "";
  return useMutation({
    mutationFn: () => asks[kind](String(task.id)),
    onSuccess: ({ id, status }) => {
      if (id === task.id) patch(queries, me, { ...task, status });
      else void queries.invalidateQueries({ queryKey: keys.lists });
      done?.(id);
    },
  });
}
