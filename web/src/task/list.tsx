import { Button, Skeleton, Title } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { listQuery, sessionQuery } from "../api/queries";
import { text } from "../text";
import { Icon } from "../ui/icon";
import { Failure, Notice } from "../ui/notice";
import { useTitle } from "../ui/title";
import { type Filter, isEmpty } from "./filter";
import { Filters } from "./filters";
import css from "./list.module.css";
import { Row } from "./row";

/** The task list. It changes by itself: the live feed patches what it holds. */
export function TaskList({ filter }: { filter: Filter }) {
  useTitle(text.list.title);
  const user = useQuery(sessionQuery).data;
  return (
    <>
      <div className={css.head}>
        <Title order={1} size="h2">
          {text.list.title}
        </Title>
        <NewTaskButton label={text.nav.newTask} />
      </div>
      <Filters filter={filter} admin={user?.admin ?? false} />
      <Rows filter={filter} me={user?.id ?? ""} />
    </>
  );
}

/** The rows that a filter lets through, a page at a time. */
export function Rows({ filter, me }: { filter: Filter; me: string }) {
  const list = useInfiniteQuery(listQuery(filter));
  if (list.isPending) return <Waiting />;
  if (list.isError && !list.data) return <Failure error={list.error} retry={() => void list.refetch()} />;

  const tasks = list.data.pages.flatMap((page) => page.tasks ?? []);
  if (tasks.length === 0 && !list.hasNextPage) return <Nothing filter={filter} />;
  return (
    <>
      <div className={`panel ${css.panel}`}>
        <div className={`${css.grid} ${css.columns}`} aria-hidden="true">
          {Object.values(text.list.columns).map((name) => (
            <span key={name}>{name}</span>
          ))}
        </div>
        <ul className={css.rows} aria-label={text.list.title}>
          {tasks.map((task) => (
            <Row key={task.id} task={task} owner={task.user.id !== me} />
          ))}
        </ul>
      </div>
      {list.hasNextPage && (
        <div className={css.more}>
          <Button
            variant="default"
            loading={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            {text.list.more}
          </Button>
        </div>
      )}
    </>
  );
}

function Nothing({ filter }: { filter: Filter }) {
  if (isEmpty(filter)) {
    return (
      <div className="panel">
        <Notice title={text.list.none} action={<NewTaskButton label={text.list.first} />}>
          {text.list.noneHelp}
        </Notice>
      </div>
    );
  }
  const clear = (
    <Button variant="default" renderRoot={(props) => <Link to="/" {...props} />}>
      {text.list.clear}
    </Button>
  );
  return (
    <div className="panel">
      <Notice title={text.list.noMatch} action={clear}>
        {text.list.noMatchHelp}
      </Notice>
    </div>
  );
}

function NewTaskButton({ label }: { label: string }) {
  return (
    <Button leftSection={<Icon name="plus" />} renderRoot={(props) => <Link to="/task/new" {...props} />}>
      {label}
    </Button>
  );
}

function Waiting() {
  return (
    <div className={`panel ${css.panel}`} role="status" aria-label={text.list.loading}>
      {["a", "b", "c", "d", "e"].map((row) => (
        <Skeleton key={row} height={20} m={22} width="auto" radius="sm" />
      ))}
    </div>
  );
}
