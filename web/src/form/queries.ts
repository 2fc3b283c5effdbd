import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client, want } from "../api/client";
import { findTasks } from "../api/queries";
import type { NewTask } from "../api/types";
import { nodesQuery as machines } from "../cluster/queries";

/** The site's images, and those that own tasks succeeded with. */
export const imagesQuery = queryOptions({
  queryKey: ["images"],
  queryFn: ({ signal }) => want(client.GET("/image", { signal })),
  staleTime: 60_000,
});

/** The machines and what is held there, kept fresh while somebody decides how much to ask for. */
export const nodesQuery = queryOptions({ ...machines, refetchInterval: 15_000 });

/** When a task would start that asks for so much. Nothing is handed in by it. */
export const startQuery = ({ requirements: needs, user }: NewTask) => {
  const body = {
    cpu: needs.cpu,
    ram: needs.ram,
    gpus: needs.gpus ?? 0,
    label: needs.label ?? [],
    project: user.project,
    ...(needs.maxlifespan && { maxlifespan: needs.maxlifespan }),
    ...(needs.nice && { nice: needs.nice }),
    ...(needs.executor && { executor: needs.executor }),
  };
  return queryOptions({
    queryKey: ["start", body],
    queryFn: ({ signal }) => want(client.POST("/why", { body, signal })),
    enabled: needs.cpu > 0 && needs.ram > 0,
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
    retry: false,
  });
};

/** Own tasks whose name or number fits, to wait for. */
export const mineQuery = (words: string) =>
  queryOptions({
    queryKey: ["mine", words],
    queryFn: ({ signal }) => findTasks(words, 12, signal),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
