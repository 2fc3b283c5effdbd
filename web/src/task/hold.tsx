import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { words } from "../api/problem";
import { configQuery } from "../api/queries";
import type { Task } from "../api/types";
import { text } from "../text";
import { Icon } from "../ui/icon";
import { Trouble } from "../ui/trouble";
import { taskAble } from "./executor";
import { isFinal, isSuspended, openWish } from "./state";
import { useWish } from "./wish";

/** Freezes a task, or lets it go on. */
export function Hold({ task }: { task: Task }) {
  const config = useQuery(configQuery).data;
  const kind = isSuspended(task) ? "resume" : "suspend";
  const hold = useWish(task, kind);
  const running = task.status.primary === "running";
  const can = !running || (taskAble(config, task, "pause") ?? true);
  if (isFinal(task) || (kind === "suspend" && !can)) return null;
  const help = { resume: text.act.resumeHelp, suspend: running ? text.act.suspendHelp : text.act.holdHelp };
  const wish = openWish(task);
  return (
    <>
      <Button
        variant="default"
        title={help[kind]}
        leftSection={<Icon name={kind === "resume" ? "play" : "pause"} />}
        disabled={wish === "kill" || wish === kind}
        loading={hold.isPending}
        onClick={() => hold.mutate()}
      >
        {text.act[kind]}
      </Button>
      {hold.isError && <Trouble>{words(hold.error)}</Trouble>}
    </>
  );
}
