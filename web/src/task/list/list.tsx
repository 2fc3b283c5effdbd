import { Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { sessionQuery } from "../../api/queries";
import { Maintenance } from "../../cluster/maintenance";
import { text } from "../../text";
import { useTitle } from "../../ui/title";
import { Toasts } from "../../ui/toast";
import type { Filter } from "../filter";
import { Filters } from "./filters";
import css from "./list.module.css";
import { NewTaskButton, Rows } from "./rows";

/** The task list. It changes by itself: the live feed patches what it holds. */
export function TaskList({ filter }: { filter: Filter }) {
  useTitle(text.list.title);
  const user = useQuery(sessionQuery).data;
  return (
    <>
      <div className={css.head} data-wide>
        <Title order={1} size="h2">
          {text.list.title}
        </Title>
        <NewTaskButton label={text.nav.newTask} />
      </div>
      <Maintenance />
      <Filters filter={filter} admin={user?.admin ?? false} me={user?.id ?? ""} />
      <Rows key={JSON.stringify(filter)} filter={filter} me={user?.id ?? ""} />
      <Toasts />
    </>
  );
}
