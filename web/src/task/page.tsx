import { Skeleton, Stack, Tabs, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Suspense } from "react";
import { taskQuery } from "../api/queries";
import type { Task } from "../api/types";
import { text } from "../text";
import { Icon } from "../ui/icon";
import { late } from "../ui/late";
import { Unavailable } from "../ui/notice";
import { useTitle } from "../ui/title";
import { Toasts } from "../ui/toast";
import { Actions } from "./actions";
import { nameOf, progressOf } from "./array";
import { Badge } from "./badge";
import { Bar } from "./bar";
import { Elements } from "./elements";
import { Facts } from "./facts";
import { Files } from "./files/files";
import { Log } from "./log/log";
import css from "./page.module.css";
import { Reason } from "./reason";
import { Script } from "./script";
import { stateOf } from "./state";
import { Timeline } from "./timelinebar";
import { Use } from "./use/use";
import { useView } from "./view";
import { Why } from "./why";

/** One task: where it is and why, what it is, what it writes. */
export default function TaskPage({ id }: { id: number }) {
  const task = useQuery(taskQuery(id));
  useTitle((task.data && nameOf(task.data)) || text.task.title(id));
  if (task.data) return <Shown task={task.data} />;
  if (task.isPending) return <Skeleton height={220} radius="md" />;
  return <Unavailable query={task} {...text.task.gone} />;
}

function Shown({ task }: { task: Task }) {
  return (
    <Stack gap="lg">
      <Head task={task} />
      <Timeline task={task} />
      <Why task={task} />
      <div className={css.columns}>
        <Parts task={task} />
        <Facts task={task} />
      </div>
      <Toasts />
    </Stack>
  );
}

function Head({ task }: { task: Task }) {
  const { words, tone } = stateOf(task);
  return (
    <div data-wide>
      <nav className={css.crumbs} aria-label={text.task.where}>
        <Link to="/" className={css.crumb}>
          <Icon name="back" size={14} /> {text.task.crumb}
        </Link>
        {task.parent_task_id && (
          <Link to="/task/$id" params={{ id: String(task.parent_task_id) }} className={css.crumb}>
            <Icon name="back" size={14} /> {text.task.inArray(task.parent_task_id)}
          </Link>
        )}
      </nav>
      <div className={css.head}>
        <div className={css.name}>
          <Title order={1} size="h2">
            {nameOf(task) || text.task.title(task.id)}
          </Title>
          <span className={`${css.number} numbers`}>#{task.id}</span>
        </div>
        <Actions task={task} />
      </div>
      <p className={css.status} data-tone={tone} role="status">
        <Badge task={task} />
        <Bar task={task} />
        <Reason task={task} words={words} />
      </p>
      {task.meta.description && <p className={css.description}>{task.meta.description}</p>}
    </div>
  );
}

const History = late(() => import("./history").then(({ History }) => History));

function Parts({ task }: { task: Task }) {
  const array = progressOf(task);
  const first = array ? "elements" : "output";
  const [view, look] = useView();
  const tabs = [first, "files", ...(array ? [] : ["use"]), "script", "history"];
  const open = view.tab && tabs.includes(view.tab) ? view.tab : first;
  return (
    <Tabs
      value={open}
      onChange={(tab) => look({ tab: tab && tab !== first ? tab : "" }, "step")}
      keepMounted={false}
      className={`panel ${css.parts}`}
    >
      <Tabs.List px="xs" className={css.tabs}>
        <Tabs.Tab value={first}>{array ? text.task.elements : text.task.output}</Tabs.Tab>
        <Tabs.Tab value="files">{text.task.files}</Tabs.Tab>
        {!array && <Tabs.Tab value="use">{text.use.tab}</Tabs.Tab>}
        <Tabs.Tab value="script">{text.task.script}</Tabs.Tab>
        <Tabs.Tab value="history">{text.history.tab}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value={first}>
        {array ? <Elements task={task} /> : <Log key={task.status.attempt ?? 0} task={task} />}
      </Tabs.Panel>
      <Tabs.Panel value="files">
        <Files task={task} />
      </Tabs.Panel>
      <Tabs.Panel value="use">
        <Use task={task} />
      </Tabs.Panel>
      <Tabs.Panel value="script">
        <Script script={task.command.cmd} />
      </Tabs.Panel>
      <Tabs.Panel value="history">
        <Suspense>
          <History task={task} />
        </Suspense>
      </Tabs.Panel>
    </Tabs>
  );
}
