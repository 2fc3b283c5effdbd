import { ActionIcon, Breadcrumbs, Button, Loader } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { fileAddress, segment, zipAddress } from "../../api/client";
import { Problem } from "../../api/problem";
import { filesQuery } from "../../api/queries";
import type { File, Task } from "../../api/types";
import { bytes } from "../../format";
import { text } from "../../text";
import { Icon } from "../../ui/icon";
import { Failure, Notice } from "../../ui/notice";
import { upright } from "../log/ansi";
import { useView } from "../view";
import css from "./files.module.css";
import { inOrder } from "./order";
import { Preview } from "./preview";
import { Upload } from "./upload";

/** The task's folder, to look through and to take from. */
export function Files({ task }: { task: Task }) {
  const [view, look] = useView();
  const path = view.folder ?? "";
  const go = (folder: string) => look({ folder, file: "" }, "step");
  const list = useQuery({ ...filesQuery(task.id, path), enabled: task.status.primary !== "archived" });
  const entries = useMemo(() => list.data?.toSorted(inOrder) ?? [], [list.data]);
  if (task.status.primary === "archived") return <Notice title={text.files.gone} />;
  return (
    <div className={css.files}>
      <div className={css.bar}>
        <Trail path={path} go={go} />
        <span className={css.grow} />
        {task.status.primary === "running" && <Upload task={task} path={path} />}
        {list.data && list.data.length > 0 && (
          <Button
            component="a"
            size="compact-sm"
            variant="subtle"
            color="gray"
            c="var(--mantine-color-dimmed)"
            href={zipAddress(task.id, path)}
            leftSection={<Icon name="download" />}
          >
            {text.look.zip}
          </Button>
        )}
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={text.files.refresh}
          title={text.files.refresh}
          loading={list.isFetching}
          onClick={() => void list.refetch()}
        >
          <Icon name="again" />
        </ActionIcon>
      </div>
      {list.isPending && <Loader size="sm" m="lg" />}
      {list.isError && !list.data && <Missing error={list.error} retry={() => void list.refetch()} />}
      {list.data && (
        <Entries
          task={task}
          path={path}
          entries={entries}
          go={go}
          show={(file) => look({ file: segment(file) }, "step")}
        />
      )}
      {view.file && list.data && (
        <Preview
          task={task}
          folder={path}
          files={entries.filter(({ type }) => type !== "dir")}
          at={view.file}
          show={(file) => look({ file })}
        />
      )}
    </div>
  );
}

function Missing({ error, retry }: { error: Error; retry: () => void }) {
  if (error instanceof Problem && error.status === 404) return <Notice title={text.files.none} />;
  return <Failure error={error} retry={retry} />;
}

function Trail({ path, go }: { path: string; go: (path: string) => void }) {
  const parts = path.split("/").filter(Boolean);
  return (
    <Breadcrumbs className={css.trail} separatorMargin={6}>
      {[text.files.root, ...parts].map((name, i) => (
        <button
          key={parts.slice(0, i).join("/")}
          type="button"
          className={css.folder}
          onClick={() => go(parts.slice(0, i).join("/"))}
        >
          {name.replace("\0", "")}
        </button>
      ))}
    </Breadcrumbs>
  );
}

interface EntriesProps {
  task: Task;
  path: string;
  entries: File[];
  go: (path: string) => void;
  show: (file: File) => void;
}

function Entries({ task, path, entries, go, show }: EntriesProps) {
  if (entries.length === 0) return <p className={css.empty}>{text.files.empty}</p>;
  return (
    <ul className={css.list}>
      {entries.map((entry) => {
        const full = path ? `${path}/${segment(entry)}` : segment(entry);
        return (
          <li key={segment(entry)}>
            <Entry
              entry={entry}
              href={fileAddress(task.id, full)}
              open={() => (entry.type === "dir" ? go(full) : show(entry))}
            />
          </li>
        );
      })}
    </ul>
  );
}

function Entry({ entry, href, open }: { entry: File; href: string; open: () => void }) {
  if (entry.type === "dir") {
    return (
      <button type="button" className={css.entry} onClick={open}>
        <Icon name="folder" />
        <span className="cut">{upright(entry.name)}</span>
      </button>
    );
  }
  return (
    <div className={css.both}>
      <button type="button" className={css.entry} onClick={open} title={text.look.show(entry.name)}>
        <Icon name="file" />
        <span className="cut">{upright(entry.name)}</span>
        <span className={`${css.size} numbers`}>{bytes(entry.size)}</span>
      </button>
      <a
        className={css.take}
        href={href}
        download={entry.name}
        aria-label={text.files.download(entry.name)}
        title={text.files.download(entry.name)}
      >
        <Icon name="download" />
      </a>
    </div>
  );
}
