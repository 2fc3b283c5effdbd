import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { client, want } from "../api/client";
import { keys } from "../api/queries";
import { type Draft, documentOf } from "./draft";
import { forget } from "./keep";

/** Submits a draft and goes to the task that it became; then it is a draft no more. */
export function useSubmit(user: string, keepNoMore: () => void) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (draft: Draft) => want(client.POST("/task", { body: documentOf(draft) })),
    onSuccess: async ({ id }, draft) => {
      keepNoMore();
      forget(user);
      void queries.invalidateQueries({ queryKey: keys.lists });
      const to = draft.interactive ? "/task/$id/terminal" : "/task/$id";
      await navigate({ to, params: { id: String(id) } });
    },
  });
}
