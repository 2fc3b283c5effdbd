import { queryOptions } from "@tanstack/react-query";
import { client, want } from "../api/client";
import type { Known } from "../api/known";
import type { components } from "../api/schema";

type Schemas = components["schemas"];
export type Node = Known<Schemas["NodeState"]>;
export type Reservation = Known<Schemas["Reservation"]>;
export type Place = Known<Schemas["QueuePlace"]>;

export const nodesQuery = queryOptions({
  queryKey: ["nodes"],
  queryFn: ({ signal }) => want(client.GET("/node", { signal })),
  refetchInterval: 5000,
});

export const reservationsQuery = queryOptions({
  queryKey: ["reservations"],
  queryFn: ({ signal }) => want(client.GET("/reservation", { signal })),
  refetchInterval: 30_000,
});

export const queueQuery = queryOptions({
  queryKey: ["queue"],
  queryFn: ({ signal }) => want(client.GET("/queue", { signal })),
  refetchInterval: 5000,
  retry: false,
});

export const processesQuery = queryOptions({
  queryKey: ["processes"],
  queryFn: ({ signal }) => want(client.GET("/process", { signal })),
  refetchInterval: 10_000,
});

export const maintenanceQuery = queryOptions({
  queryKey: ["maintenance"],
  queryFn: ({ signal }) => want(client.GET("/maintenance", { signal })),
  refetchInterval: 30_000,
});
