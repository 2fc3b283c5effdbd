import { Button, Skeleton } from "@mantine/core";
import { useElementSize, useMergedRef } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { listQuery } from "../../api/queries";
import type { TaskRow } from "../../api/types";
import { useCommands } from "../../shell/commands";
import { text } from "../../text";
import { Icon } from "../../ui/icon";
import { Failure, Notice } from "../../ui/notice";
import { type Filter, filterOf, isEmpty } from "../filter";
import { Bulk } from "./bulk";
import { type ColumnId, templateOf, useColumns } from "./columns";
import css from "./list.module.css";
import { Row } from "./row";
import { type Selection, useSelection } from "./selection";

const tall = { wide: 62, narrow: 88 }; // px of a row; the style sheet has the same
const narrow = 790; // px of the list, below which a row has more lines
const ahead = 30; // rows before the end at which more are fetched

interface Props {
  filter: Filter;
  me: string;
  /** What is said where there are none, if not what the list of all tasks says. */
  none?: string;
}

/** The rows that a filter lets through: only those in sight are there, and more come as one scrolls. */
export function Rows({ filter, me, none }: Props) {
  const list = useInfiniteQuery(listQuery(filter));
  const tasks = useMemo(() => list.data?.pages.flatMap((page) => page.tasks ?? []) ?? [], [list.data]);
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = list;
  const more = () => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  };
  const seeking = tasks.length === 0 && hasNextPage;
  useEffect(() => {
    if (seeking && !isFetchingNextPage) void fetchNextPage();
  }, [seeking, isFetchingNextPage, fetchNextPage]);

  if (list.isPending) return <Waiting />;
  if (list.isError && !list.data) return <Failure error={list.error} retry={() => void list.refetch()} />;
  if (tasks.length === 0 && !hasNextPage) return none ? <Notice title={none} /> : <Nothing filter={filter} />;
  return <Loaded filter={filter} me={me} tasks={tasks} hasMore={hasNextPage} more={more} />;
}

interface LoadedProps {
  filter: Filter;
  me: string;
  tasks: TaskRow[];
  hasMore: boolean;
  more: () => void;
}

function Loaded({ filter, me, tasks, hasMore, more }: LoadedProps) {
  const { ref: sized, width } = useElementSize();
  const [columns] = useColumns();
  const selection = useSelection(tasks);
  const height = width > 0 && width <= narrow ? tall.narrow : tall.wide;
  const { ref, rows, active, go, offset } = useRows(tasks, height);
  const box = useMergedRef(ref, sized);
  const last = rows.at(-1)?.index ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is asked for when the end comes near
  useEffect(() => {
    if (hasMore && last >= tasks.length - ahead) more();
  }, [last, tasks.length, hasMore]);
  useListCommands(tasks, active, go, selection);

  const all = tasks.every(({ id }) => selection.ids.has(id));
  const selectAll = () => (all ? selection.clear() : selection.set(tasks.map(({ id }) => id)));
  return (
    <>
      <div
        className={`panel ${css.panel}`}
        style={{ "--columns": templateOf(columns) } as React.CSSProperties}
      >
        <Heads
          filter={filter}
          columns={columns}
          selected={all ? "all" : selection.ids.size > 0 ? "some" : "none"}
          selectAll={selectAll}
        />
        <ul
          ref={box}
          className={css.rows}
          aria-label={text.list.title}
          style={{ height: tasks.length * height }}
        >
          {rows.map(({ index, start }) => {
            const task = tasks[index];
            if (!task) return null;
            return (
              <Row
                key={task.id}
                task={task}
                index={index}
                top={start - offset}
                count={tasks.length}
                all={!hasMore}
                owner={task.user.id !== me}
                selected={selection.ids.has(task.id)}
                columns={columns}
                pick={selection.pick}
              />
            );
          })}
        </ul>
        {hasMore && (
          <p className={css.more} role="status">
            {filter.q ? text.list.searching : text.list.more}
          </p>
        )}
      </div>
      <Bulk filter={filter} selection={selection} />
    </>
  );
}

/** The rows in sight. What comes in above them does not move them. */
function useRows(tasks: TaskRow[], height: number) {
  const ref = useRef<HTMLUListElement>(null);
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => {
    const top = Math.round((ref.current?.getBoundingClientRect().top ?? 0) + window.scrollY);
    if (top !== offset) setOffset(top);
  });
  const virtual = useWindowVirtualizer({
    count: tasks.length,
    estimateSize: () => height,
    overscan: 10,
    scrollMargin: offset,
    getItemKey: (index) => tasks[index]?.id ?? index,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: every height changes at once
  useLayoutEffect(() => virtual.measure(), [height]);
  useStill(tasks, offset, height);

  const active = useRef<number>(undefined); // the id of the row that keys are about
  const going = useRef(false); // there, but the row may not be drawn yet
  const go = (index: number) => {
    active.current = tasks[index]?.id;
    going.current = true;
    virtual.scrollToIndex(index, { align: "auto" });
    focus();
  };
  const focus = () => {
    const index = tasks.findIndex(({ id }) => id === active.current);
    const link = ref.current?.querySelector<HTMLElement>(`[data-index="${index}"]`);
    if (!going.current || !link) return;
    going.current = false;
    link.focus({ preventScroll: true });
  };
  useEffect(focus);
  const drawn = virtual.getVirtualItems();
  return { ref, rows: drawn, offset, active, go };
}

/** Keeps the rows in sight where they are while others come and go above them. */
function useStill(tasks: TaskRow[], offset: number, height: number): void {
  const first = useRef<{ id: number; index: number }>(undefined);
  const above = () => Math.floor((window.scrollY - offset) / height);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what came is what moves them
  useLayoutEffect(() => {
    const was = first.current;
    if (!was || above() <= 0) return;
    const at = tasks.findIndex(({ id }) => id === was.id);
    if (at >= 0 && at !== was.index) window.scrollBy(0, (at - was.index) * height);
  }, [tasks]);
  useLayoutEffect(() => {
    const keep = () => {
      const index = above();
      const task = tasks[index];
      first.current = index > 0 && task ? { id: task.id, index } : undefined;
    };
    keep();
    window.addEventListener("scroll", keep, { passive: true });
    return () => window.removeEventListener("scroll", keep);
  });
}

/** What keys, and the palette, do with the list. */
function useListCommands(
  tasks: TaskRow[],
  active: { current: number | undefined },
  go: (index: number) => void,
  { pick, clear }: Selection,
): void {
  const { group, down, up, select, range, open, none } = text.list.keys;
  const at = () => tasks.findIndex(({ id }) => id === active.current);
  const step = (by: number) => () => go(at() < 0 ? 0 : Math.min(Math.max(at() + by, 0), tasks.length - 1));
  const navigate = useNavigate();
  const enter = () => {
    const task = tasks[at()];
    if (task) void navigate({ to: "/task/$id", params: { id: String(task.id) } });
  };
  useCommands([
    { id: "list-down", label: down, group, keys: "j", held: true, run: step(1) },
    { id: "list-up", label: up, group, keys: "k", held: true, run: step(-1) },
    { id: "list-open", label: open, group, keys: "o", run: enter },
    { id: "list-select", label: select, group, keys: "x", run: () => pick(at(), false) },
    { id: "list-range", label: range, group, keys: "shift+x", run: () => pick(at(), true) },
    { id: "list-none", label: none, group, keys: "Escape", run: clear },
  ]);
}

function Heads({
  filter,
  columns,
  selected,
  selectAll,
}: {
  filter: Filter;
  columns: readonly ColumnId[];
  selected: "all" | "some" | "none";
  selectAll: () => void;
}) {
  return (
    <div className={css.columns}>
      <label className={css.check}>
        <input
          ref={(box) => {
            if (box) box.indeterminate = selected === "some";
          }}
          type="checkbox"
          aria-label={text.list.selectAll}
          checked={selected === "all"}
          onChange={selectAll}
        />
      </label>
      <div className={css.grid}>
        {columns.map((id) =>
          id === "date" && !filter.parent ? (
            <Order key={id} filter={filter} />
          ) : (
            <span key={id}>{text.list.columns[id]}</span>
          ),
        )}
      </div>
    </div>
  );
}

/** Turns the list around: it can be sorted by the time of submission, along the tasks' numbers. */
function Order({ filter }: { filter: Filter }) {
  const navigate = useNavigate();
  const oldest = filter.order === "oldest";
  const label = oldest ? text.list.oldest : text.list.newest;
  const turn = () =>
    void navigate({ to: "/", search: filterOf({ ...filter, order: oldest ? "" : "oldest" }), replace: true });
  return (
    <button type="button" className={css.order} aria-label={label} title={label} onClick={turn}>
      {text.list.columns.date} <Icon name={oldest ? "up" : "down"} size={13} />
    </button>
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

export function NewTaskButton({ label }: { label: string }) {
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
