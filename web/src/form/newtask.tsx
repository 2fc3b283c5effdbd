import { Button, Group, Skeleton, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { configQuery, sessionQuery, taskQuery } from "../api/queries";
import type { Config, Task } from "../api/types";
import { Maintenance } from "../cluster/maintenance";
import { preferencesQuery } from "../me/queries";
import { text } from "../text";
import { Ago } from "../ui/clock";
import { Failure } from "../ui/notice";
import { useTitle } from "../ui/title";
import { draftOf } from "./draft";
import css from "./form.module.css";
import { forget, kept } from "./keep";
import { TaskForm } from "./taskform";

/** The screen that submits a task, empty or prefilled from another one. */
export function NewTask({ from }: { from?: number }) {
  useTitle(text.form.title);
  return (
    <div className={css.page}>
      <Group justify="space-between" mb="lg">
        <Title order={1} size="h2">
          {text.form.title}
        </Title>
        {from !== undefined && (
          <Button
            variant="default"
            renderRoot={(props) => <Link to="/recipes/new" search={{ from }} {...props} />}
          >
            {text.recipe.save}
          </Button>
        )}
      </Group>
      <Maintenance />
      <Ready key={from ?? 0} from={from} />
    </div>
  );
}

/** Waits for what the form starts from, so that nothing changes under the person's hands. */
function Ready({ from }: { from?: number }) {
  const config = useQuery(configQuery);
  const user = useQuery(sessionQuery).data?.id ?? "";
  const likes = useQuery(preferencesQuery(user));
  const task = useQuery({ ...taskQuery(from ?? 0), enabled: from !== undefined });
  if (config.isError && !config.data)
    return <Failure error={config.error} retry={() => void config.refetch()} />;
  if (!config.data || likes.isPending || (from !== undefined && task.isPending))
    return <Skeleton height={420} radius="md" />;
  return <Start config={config.data} user={user} email={likes.data?.email ?? false} task={task.data} />;
}

/** The form as it is at first: another task's, the draft that was kept, or empty. */
function Start(props: { config: Config; user: string; email: boolean; task?: Task }) {
  const { config, user, email, task } = props;
  const address = useQuery(sessionQuery).data?.email;
  const blank = { ...draftOf(config), email: email && Boolean(address) };
  const [found, setFound] = useState(() => (task ? undefined : kept(user, blank)));
  if (task) return <TaskForm config={config} user={user} start={draftOf(config, task)} />;
  const anew = () => {
    forget(user);
    setFound(undefined);
  };
  return (
    <>
      {found && (
        <p className={`note ${css.kept}`} data-tone="busy" role="status">
          <span>
            {text.form.kept} <Ago at={found.at} />.
          </span>
          <Button size="xs" variant="default" onClick={anew}>
            {text.form.startAnew}
          </Button>
        </p>
      )}
      <TaskForm
        key={found?.at ?? 0}
        config={config}
        user={user}
        start={found?.draft ?? blank}
        blank={blank}
      />
    </>
  );
}
