import { queryOptions } from "@tanstack/react-query";
import { client, want } from "../api/client";
import type { Recipe } from "../api/types";

export const recipesKey = ["recipes"] as const;

/** Own recipes and those of one's projects. */
export const recipesQuery = queryOptions({
  queryKey: recipesKey,
  queryFn: async ({ signal }) => (await want(client.GET("/recipe", { signal }))) as Recipe[],
  staleTime: 10_000,
});

export const recipeQuery = (id: string) =>
  queryOptions({
    queryKey: [...recipesKey, id],
    queryFn: async ({ signal }) =>
      (await want(client.GET("/recipe/{id}", { params: { path: { id } }, signal }))) as Recipe,
    staleTime: 10_000,
  });
