import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { client, want } from "../api/client";
import { keys } from "../api/queries";
import type { Config } from "../api/types";
import { type Draft, documentOf } from "./draft";

/** Submits a draft and goes to the task that it became. */
export function useSubmit(config: Config) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (draft: Draft) => want(client.POST("/task", { body: documentOf(draft, config) })),
    onSuccess: async ({ id }, draft) => {
      void queries.invalidateQueries({ queryKey: keys.lists });
      const to = draft.interactive ? "/task/$id/terminal" : "/task/$id";
      await navigate({ to, params: { id: String(id) } });
    },
  });
}
