import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { words } from "../api/problem";
import type { Task } from "../api/types";
import { text } from "../text";
import { Ask } from "../ui/ask";
import { Icon } from "../ui/icon";
import { Trouble } from "../ui/trouble";
import { progressOf } from "./array";
import { isFinal, openWish } from "./state";
import { useWish } from "./wish";

/** Begins a task again: one that runs after a question, one that is over under a new id. */
export function Reschedule({ task }: { task: Task }) {
  if (isFinal(task)) return <Anew task={task} />;
  if (task.status.primary !== "running" || progressOf(task)) return null; // an array only once it is over
  return <Again task={task} />;
}

function Anew({ task }: { task: Task }) {
  const navigate = useNavigate();
  const wish = useWish(
    task,
    "reschedule",
    (id) => void navigate({ to: "/task/$id", params: { id: String(id) } }),
  );
  return (
    <>
      <Button
        variant="default"
        title={text.act.anewHelp}
        leftSection={<Icon name="again" />}
        loading={wish.isPending}
        onClick={() => wish.mutate()}
      >
        {text.act.anew}
      </Button>
      {wish.isError && <Trouble>{words(wish.error)}</Trouble>}
    </>
  );
}

function Again({ task }: { task: Task }) {
  const [open, dialog] = useDisclosure(false);
  const wish = useWish(task, "reschedule", dialog.close);
  const asked = openWish(task);
  const show = () => {
    wish.reset();
    dialog.open();
  };
  return (
    <>
      <Button
        variant="default"
        leftSection={<Icon name="again" />}
        disabled={asked === "kill" || asked === "reschedule"}
        onClick={show}
      >
        {text.act.reschedule}
      </Button>
      <Ask
        open={open}
        close={dialog.close}
        title={text.act.title(task.id)}
        cancel={text.act.cancel}
        confirm={text.act.confirm}
        busy={wish.isPending}
        error={wish.error}
        onConfirm={() => wish.mutate()}
      >
        {text.act.body}
      </Ask>
    </>
  );
}
