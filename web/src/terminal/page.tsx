import { ActionIcon, Button, CopyButton, Loader, Skeleton, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, Suspense } from "react";
import { configQuery, taskQuery } from "../api/queries";
import type { Task } from "../api/types";
import { nameOf, progressOf } from "../task/array";
import { taskAble } from "../task/executor";
import task from "../task/page.module.css";
import { isFinal, isSuspended, stateOf } from "../task/state";
import { text } from "../text";
import { Icon } from "../ui/icon";
import { late } from "../ui/late";
import { Notice, Unavailable } from "../ui/notice";
import { useTitle } from "../ui/title";
import css from "./terminal.module.css";

const Shells = late(() => import("./shells").then((shells) => shells.default)); // who opens no terminal does not load one

/** The terminal of an interactive task, or beside the script of another, or what it waits for. */
export function TerminalPage({ id }: { id: number }) {
  const asked = useQuery(taskQuery(id));
  useTitle(text.terminal.title((asked.data && nameOf(asked.data)) || text.task.title(id)));
  if (asked.data) return <Shown task={asked.data} />;
  if (asked.isPending) return <Skeleton height={420} radius="md" />;
  return <Unavailable query={asked} {...text.task.gone} />;
}

function Shown({ task: shown }: { task: Task }) {
  return (
    <div className={css.page}>
      <div className={css.head}>
        <nav className={task.crumbs} aria-label={text.task.where}>
          <Link to="/task/$id" params={{ id: String(shown.id) }} className={task.crumb}>
            <Icon name="back" size={14} /> {text.terminal.crumb(shown.id)}
          </Link>
        </nav>
        <Title order={1} size="h4">
          {text.terminal.title(nameOf(shown) || text.task.title(shown.id))}
        </Title>
      </div>
      <Inside task={shown} />
      <div className={css.foot}>
        <span className={css.keys}>{text.terminal.keys}</span>
        <Outside command={`god ${shown.command.interactive ? "ssh" : "attach"} ${shown.id}`} />
      </div>
    </div>
  );
}

function Inside({ task: shown }: { task: Task }) {
  const config = useQuery(configQuery);
  const t = text.terminal;
  const beside = !shown.command.interactive;
  if (progressOf(shown)) return <Instead task={shown} title={t.array} help={t.arrayHelp} />;
  if (isFinal(shown)) return <Instead task={shown} title={t.over} help={t.overHelp} />;
  if (beside && config.data && !taskAble(config.data, shown, "attach"))
    return <Instead task={shown} title={t.batch} help={t.batchHelp} />;
  const ready = beside ? shown.status.primary === "running" : shown.container.ssh?.ready;
  if (!ready) return <Waiting task={shown} />;
  const attempt = shown.status.attempt ?? 0;
  return (
    <Suspense fallback={<Centre>{text.terminal.connecting}</Centre>}>
      <Shells
        key={attempt}
        task={shown.id}
        attempt={attempt}
        passing={beside}
        held={isSuspended(shown) && (shown.status.idle?.frozen ? "frozen" : "suspended")}
      />
    </Suspense>
  );
}

function Instead({ task: shown, title, help }: { task: Task; title: string; help: string }) {
  const action = (
    <Button
      variant="default"
      renderRoot={(props) => <Link to="/task/$id" params={{ id: String(shown.id) }} {...props} />}
    >
      {text.terminal.toTask}
    </Button>
  );
  return (
    <Notice title={title} action={action}>
      {help}
    </Notice>
  );
}

/** Tells what is done until people can log in. */
function Waiting({ task: shown }: { task: Task }) {
  const { label, words } = stateOf(shown);
  return (
    <Centre>
      <Loader size="sm" aria-hidden="true" />
      <strong>{text.terminal.waiting}</strong>
      <span role="status" className={css.state}>
        {[label, words].filter(Boolean).join(": ")}
      </span>
    </Centre>
  );
}

function Centre({ children }: { children: ReactNode }) {
  return <div className={`panel ${css.centre}`}>{children}</div>;
}

function Outside({ command }: { command: string }) {
  return (
    <span className={css.outside}>
      {text.terminal.outside} <code className="mono">{command}</code>
      <CopyButton value={command}>
        {({ copied, copy }) => (
          <ActionIcon
            variant="subtle"
            color="gray"
            c="var(--mantine-color-dimmed)"
            size="sm"
            aria-label={copied ? text.terminal.copied : text.terminal.copy}
            title={copied ? text.terminal.copied : text.terminal.copy}
            onClick={copy}
          >
            <Icon name="copy" size={14} />
          </ActionIcon>
        )}
      </CopyButton>
    </span>
  );
}
