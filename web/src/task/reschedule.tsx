import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useOnce } from "../api/once";
import { Problem, words } from "../api/problem";
import type { Task } from "../api/types";
import { text } from "../text";
import { Icon } from "../ui/icon";
import { Sure } from "../ui/sure";
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
  const submit = useOnce(wish);
  const unsure = wish.error instanceof Problem && wish.error.unsure;
  return (
    <>
      <Button
        variant="default"
        title={text.act.anewHelp}
        leftSection={<Icon name="again" />}
        loading={wish.isPending}
        onClick={() => submit()}
      >
        {text.act.anew}
      </Button>
      {wish.isError && <Trouble>{unsure ? text.act.unsure : words(wish.error)}</Trouble>}
    </>
  );
}

function Again({ task }: { task: Task }) {
  const wish = useWish(task, "reschedule");
  const asked = openWish(task);
  return (
    <Sure
      button={(ask) => (
        <Button
          variant="default"
          leftSection={<Icon name="again" />}
          disabled={asked === "kill" || asked === "reschedule"}
          onClick={ask}
        >
          {text.act.reschedule}
        </Button>
      )}
      act={wish}
      title={text.act.title(task.id)}
      cancel={text.act.cancel}
      confirm={text.act.confirm}
    >
      {text.act.body}
    </Sure>
  );
}
