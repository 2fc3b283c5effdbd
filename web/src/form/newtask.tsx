import { Skeleton, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { configQuery, taskQuery } from "../api/queries";
import { text } from "../text";
import { Failure } from "../ui/notice";
import { useTitle } from "../ui/title";
import { draftOf } from "./draft";
import css from "./form.module.css";
import { TaskForm } from "./taskform";

/** The screen that submits a task, empty or prefilled from another one. */
export function NewTask({ from }: { from?: number }) {
  useTitle(text.form.title);
  return (
    <div className={css.page}>
      <Title order={1} size="h2" mb="lg">
        {text.form.title}
      </Title>
      <Ready key={from ?? 0} from={from} />
    </div>
  );
}

/** Waits for what the form starts from, so that nothing changes under the person's hands. */
function Ready({ from }: { from?: number }) {
  const config = useQuery(configQuery);
  const task = useQuery({ ...taskQuery(from ?? 0), enabled: from !== undefined });
  if (config.isError && !config.data)
    return <Failure error={config.error} retry={() => void config.refetch()} />;
  if (!config.data || (from !== undefined && task.isPending)) return <Skeleton height={420} radius="md" />;
  return <TaskForm config={config.data} start={draftOf(config.data, task.data)} />;
}
