import { queryOptions } from "@tanstack/react-query";
import { fileAddress, listFiles } from "../../api/client";
import type { Task } from "../../api/types";
import { type Samples, samplesOf } from "./sums";

/** What the runner wrote down of the newest attempt; asked again while it runs. */
export const samplesQuery = (task: Task) => {
  const attempt = task.status.attempt ?? 0;
  return queryOptions({
    queryKey: ["samples", task.id, attempt, task.status.primary],
    enabled: attempt > 0 && task.status.primary !== "archived",
    refetchInterval: task.status.primary === "running" ? 5000 : false,
    queryFn: async ({ signal }): Promise<Samples | null> => {
      const name = `use-${attempt}.csv`;
      const there = await listFiles(task.id, ".god", signal); // of what was over soon there is none
      if (!there.some((file) => file.name === name)) return null;
      const address = fileAddress(task.id, `.god/${name}`);
      const res = await fetch(address, { signal, cache: "no-store" });
      return res.ok ? samplesOf(await res.text()) : null;
    },
  });
};
