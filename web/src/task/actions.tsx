import { Button, Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { configQuery, sessionQuery } from "../api/queries";
import type { Task } from "../api/types";
import { useCommands } from "../shell/commands";
import { text } from "../text";
import { Icon } from "../ui/icon";
import { Sure } from "../ui/sure";
import { nameOf, progressOf } from "./array";
import { taskAble } from "./executor";
import { Hold } from "./hold";
import { OpenWeb } from "./openweb";
import css from "./page.module.css";
import { Reschedule } from "./reschedule";
import { isFinal, openWish } from "./state";
import { useWish } from "./wish";

/** What can be done with a task now. */
export function Actions({ task }: { task: Task }) {
  const navigate = useNavigate();
  const group = text.task.title(task.id);
  const search = { from: task.id };
  const edit = isFinal(task) ? text.act.edit : text.act.copy;
  useCommands([
    {
      id: "task-edit",
      label: edit,
      group,
      keys: "e",
      run: () => void navigate({ to: "/task/new", search }),
    },
    {
      id: "task-recipe",
      label: text.recipe.save,
      group,
      run: () => void navigate({ to: "/recipes/new", search }),
    },
  ]);
  return (
    <Group gap="xs">
      <OpenTerminal task={task} />
      <OpenWeb task={task} />
      <Button
        variant="default"
        title={text.act.copyHelp}
        leftSection={<Icon name="copy" />}
        renderRoot={(props) => <Link to="/task/new" search={search} {...props} />}
      >
        {edit}
      </Button>
      <Button
        variant="default"
        title={text.recipe.saveHelp}
        leftSection={<Icon name="book" />}
        renderRoot={(props) => <Link to="/recipes/new" search={search} {...props} />}
      >
        {text.recipe.save}
      </Button>
      {isFinal(task) && <Beside task={task} />}
      <Hold task={task} />
      <Reschedule task={task} />
      {!isFinal(task) && <Kill task={task} />}
    </Group>
  );
}

/** Leads to a shell in the task, where there can be one. */
function OpenTerminal({ task }: { task: Task }) {
  const config = useQuery(configQuery).data;
  const { interactive } = task.command;
  const beside = task.status.primary === "running" && !progressOf(task) && taskAble(config, task, "attach");
  if (isFinal(task) || !(interactive || beside)) return null;
  return (
    <Button
      variant={interactive ? "filled" : "default"}
      title={interactive ? text.terminal.openHelp : text.terminal.openBeside}
      leftSection={<Icon name="terminal" />}
      renderRoot={(props) => <Link to="/task/$id/terminal" params={{ id: String(task.id) }} {...props} />}
    >
      {text.terminal.open}
    </Button>
  );
}

/** Leads to this task beside another: the one it repeats, if it does. */
function Beside({ task }: { task: Task }) {
  const earlier = task.meta.rescheduled_from;
  return (
    <Button
      variant="default"
      title={text.compare.help}
      leftSection={<Icon name="compare" />}
      renderRoot={(props) => (
        <Link to="/compare" search={earlier ? { a: earlier, b: task.id } : { a: task.id }} {...props} />
      )}
    >
      {text.compare.button}
    </Button>
  );
}

function Kill({ task }: { task: Task }) {
  const kill = useWish(task, "kill");
  const me = useQuery(sessionQuery).data?.id;
  const name = nameOf(task);
  const whose = task.user.id === me ? name : text.kill.whose(name, task.user.id);
  return (
    <Sure
      button={(ask) => <KillButton task={task} ask={ask} />}
      act={kill}
      title={text.kill.title(task.id)}
      cancel={text.kill.cancel}
      confirm={text.kill.confirm}
      danger
    >
      {whose && <p className={css.whose}>{whose}</p>}
      {consequence(task)}
    </Sure>
  );
}

function KillButton({ task, ask }: { task: Task; ask: () => void }) {
  const asked = openWish(task) === "kill";
  const group = text.task.title(task.id);
  useCommands(asked ? [] : [{ id: "task-kill", label: text.kill.button, group, run: ask }]);
  return (
    <Button
      variant="default"
      c={asked ? undefined : "var(--gd-bad)"}
      leftSection={<Icon name="stop" />}
      disabled={asked}
      onClick={ask}
    >
      {text.kill.button}
    </Button>
  );
}

function consequence(task: Task): string {
  if (progressOf(task)) return text.kill.array;
  return task.status.primary === "running" ? text.kill.running : text.kill.waiting;
}
