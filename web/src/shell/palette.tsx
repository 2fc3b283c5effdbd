import { Modal } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect, useId, useState } from "react";
import { findTasks } from "../api/queries";
import { nameOf } from "../task/array";
import { Badge } from "../task/badge";
import { text } from "../text";
import { Icon } from "../ui/icon";
import { Keys } from "./caps";
import { type Command, useAllCommands } from "./commands";
import { fitting } from "./fit";
import css from "./palette.module.css";

interface Item extends Command {
  mark?: React.ReactNode;
}

/** Everything that can be done and gone to, by its name; and tasks by number and name. */
export function Palette({ open, close }: { open: boolean; close: () => void }) {
  return (
    <Modal
      opened={open}
      onClose={close}
      withCloseButton={false}
      size={600}
      yOffset="12vh"
      padding={0}
      attributes={{ content: { "aria-label": text.shell.palette } }}
    >
      <Search close={close} />
    </Modal>
  );
}

function Search({ close }: { close: () => void }) {
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const list = useId();
  const items = useItems(words);
  const chosen = items[Math.min(at, items.length - 1)];

  const run = (item: Item | undefined) => {
    if (!item) return;
    close();
    item.run();
  };
  const press = (e: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[e.key];
    if (step) setAt((now) => Math.max(0, Math.min(items.length - 1, now + step)));
    else if (e.key === "Enter" && !e.nativeEvent.isComposing) run(chosen);
    else return;
    e.preventDefault();
  };

  return (
    <>
      <div className={css.field}>
        <Icon name="search" size={18} />
        <input
          // biome-ignore lint/a11y/noAutofocus: the person asked for this field by a key
          autoFocus
          data-autofocus
          role="combobox"
          aria-expanded="true"
          aria-controls={list}
          aria-activedescendant={chosen && `${list}-${chosen.id}`}
          aria-label={text.shell.palette}
          placeholder={text.shell.paletteHint}
          spellCheck={false}
          autoComplete="off"
          value={words}
          onKeyDown={press}
          onChange={(e) => {
            setWords(e.currentTarget.value);
            setAt(0);
          }}
        />
      </div>
      <div id={list} role="listbox" aria-label={text.shell.palette} className={css.list} tabIndex={-1}>
        {items.map((item, i) => (
          <Option
            key={item.id}
            id={`${list}-${item.id}`}
            item={item}
            first={item.group !== items[i - 1]?.group}
            chosen={item === chosen}
            run={() => run(item)}
          />
        ))}
      </div>
      <p className={css.none} role="status">
        {items.length === 0 && text.shell.none}
      </p>
    </>
  );
}

function Option(props: { id: string; item: Item; first: boolean; chosen: boolean; run: () => void }) {
  const { id, item, first, chosen, run } = props;
  useEffect(() => {
    if (chosen) document.getElementById(id)?.scrollIntoView({ block: "nearest" });
  }, [id, chosen]);
  return (
    <>
      {first && (
        <div className={css.group} role="presentation">
          {item.group}
        </div>
      )}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys */}
      <div
        id={id}
        role="option"
        tabIndex={-1}
        aria-selected={chosen}
        className={css.option}
        data-chosen={chosen || undefined}
        onClick={run}
      >
        {item.mark}
        <span className="cut">{item.label}</span>
        {item.keys && <Keys keys={item.keys} />}
      </div>
    </>
  );
}

/** What fits the words: commands at once, tasks as soon as the server says. */
function useItems(words: string): Item[] {
  const navigate = useNavigate();
  const commands = fitting(useAllCommands(), words);
  const tasks = useTasks(words);
  const open = (id: number) => () => void navigate({ to: "/task/$id", params: { id: String(id) } });
  const group = text.shell.groups.tasks;
  const number = /^#?(\d{1,15})$/.exec(words.trim())?.[1];
  const byNumber: Item[] = number
    ? [{ id: "number", label: text.shell.task(Number(number)), group, run: open(Number(number)) }]
    : [];
  const byName: Item[] = tasks.map((task) => ({
    id: `task-${task.id}`,
    label: `${nameOf(task) || text.list.noName} #${task.id}`,
    group,
    mark: <Badge task={task} />,
    run: open(task.id),
  }));
  return [...byNumber, ...commands, ...byName];
}

function useTasks(words: string) {
  const [q] = useDebouncedValue(words.trim(), 150);
  const found = useQuery({
    queryKey: ["palette", q],
    queryFn: ({ signal }) => findTasks(q, 8, signal),
    enabled: q.length > 1,
    placeholderData: keepPreviousData,
    staleTime: 5000,
  });
  return q.length > 1 && words.trim() !== "" ? (found.data ?? []) : [];
}
