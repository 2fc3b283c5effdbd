import { ActionIcon, Button, SegmentedControl, Switch, TextInput } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { fileAddress } from "../../api/client";
import { saidQuery } from "../../api/queries";
import type { Task } from "../../api/types";
import { text } from "../../text";
import { Icon } from "../../ui/icon";
import { Notice } from "../../ui/notice";
import { isFinal } from "../state";
import { useView } from "../view";
import { useFind } from "./find";
import { hintOf, Lines, type Place } from "./lines";
import css from "./log.module.css";
import { fileOf, LogModel, type Stream } from "./model";

/** What a task writes, as it writes it. */
export function Log({ task }: { task: Task }) {
  if (task.status.primary === "archived") {
    return <Notice title={text.log.archived}>{text.log.archivedHelp}</Notice>;
  }
  return <Streams task={task} />;
}

function Streams({ task }: { task: Task }) {
  const [view, look] = useView();
  const chosen = view.stream === "stdout" || view.stream === "stderr" ? view.stream : undefined;
  const [startsOver] = useState(isFinal(task)); // a task that ends while it is watched stays on its stream
  const early = task.status.primary === "pending" || task.status.primary === "created";
  const errors = useQuery({ ...saidQuery(task, "stderr"), enabled: !early });
  const doubtful = startsOver && task.status.exitcode !== 0;
  const stream = chosen ?? (doubtful && errors.data ? "stderr" : "stdout");
  const which = (
    <SegmentedControl
      size="xs"
      aria-label={text.log.which}
      data={[
        { value: "stdout", label: text.log.stdout },
        { value: "stderr", label: <Marked label={text.log.stderr} mark={errors.data ?? false} /> },
      ]}
      value={stream}
      onChange={(stream) => look({ stream })}
    />
  );
  const open = !early && !(doubtful && errors.isPending);
  return <Viewer key={stream} task={task} stream={stream} open={open} early={early} which={which} />;
}

interface ViewerProps {
  task: Task;
  stream: Stream;
  open: boolean;
  early: boolean;
  which: React.ReactNode;
}

function Viewer({ task, stream, open, early, which }: ViewerProps) {
  const { model, version } = useModel(task.id, stream, open);
  const [following, setFollowing] = useState(!isFinal(task));
  const [wrap, setWrap] = useLocalStorage({
    key: "gd.wrap",
    defaultValue: true,
    getInitialValueInEffect: false,
  });
  const place = useRef<Place>(null);
  const find = useFind(task.id, stream, (line) => place.current?.jump(line));
  return (
    <div>
      <div className={css.tools}>
        {which}
        {!isFinal(task) && (
          <Switch
            size="sm"
            label={text.log.follow}
            checked={following}
            onChange={(e) => setFollowing(e.currentTarget.checked)}
          />
        )}
        <span className={css.grow} role="status">
          {model.link === "lost" && !model.ended && !early && text.log.lost}
        </span>
        <Find find={find} stream={stream} ready={model.loaded} />
        <ActionIcon
          variant={wrap ? "light" : "subtle"}
          color="gray"
          aria-pressed={wrap}
          aria-label={text.log.wrap}
          title={text.log.wrap}
          onClick={() => setWrap(!wrap)}
        >
          <Icon name="wrap" />
        </ActionIcon>
        {!early && (
          <Button
            component="a"
            size="compact-sm"
            variant="subtle"
            color="gray"
            c="var(--mantine-color-dimmed)"
            href={fileAddress(task.id, fileOf[stream])}
            download={fileOf[stream]}
            leftSection={<Icon name="download" />}
          >
            {text.log.full}
          </Button>
        )}
      </div>
      <Lines
        model={model}
        version={version}
        label={text.log.label(stream)}
        hint={model.loaded || early ? hintOf(early, model.ended) : text.log.loading}
        wrap={wrap}
        find={find.found?.text ?? ""}
        current={find.found?.matches[find.found.at]}
        following={following}
        setFollowing={setFollowing}
        place={place}
      />
    </div>
  );
}

function useModel(task: number, stream: Stream, open: boolean) {
  const [model, setModel] = useState(() => new LogModel(task, stream));
  useEffect(() => {
    if (!open) return;
    const fresh = new LogModel(task, stream);
    setModel(fresh);
    void fresh.open();
    return () => fresh.close();
  }, [task, stream, open]);
  const version = useSyncExternalStore(model.subscribe, model.snapshot);
  return { model, version };
}

function Find({ find, stream, ready }: { find: ReturnType<typeof useFind>; stream: Stream; ready: boolean }) {
  const { found, busy, search, step, clear } = find;
  const [view, look] = useView();
  const [words, setWords] = useState(view.find ?? "");
  const first = useRef(view.find); // what the address asks for is searched for as soon as that can be shown
  useEffect(() => {
    if (!ready || !first.current) return;
    void search(first.current).catch(() => {});
    first.current = undefined;
  }, [ready, search]);
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      setWords("");
      look({ find: "" });
      clear();
    }
    if (event.key !== "Enter") return;
    if (found?.text === words) step(event.shiftKey ? -1 : 1);
    else {
      look({ find: words, stream });
      void search(words).catch(() => {});
    }
  };
  return (
    <span className={css.find}>
      <TextInput
        size="xs"
        type="search"
        aria-label={text.log.find}
        placeholder={text.log.find}
        value={words}
        onChange={(e) => setWords(e.currentTarget.value)}
        onKeyDown={onKey}
      />
      <span role="status" className={`${css.found} numbers`}>
        {busy ? "…" : found && text.log.found(found.matches.length && found.at + 1, found.all)}
      </span>
      {found && found.matches.length > 0 && (
        <>
          <ActionIcon variant="subtle" color="gray" aria-label={text.log.previous} onClick={() => step(-1)}>
            <Icon name="up" />
          </ActionIcon>
          <ActionIcon variant="subtle" color="gray" aria-label={text.log.next} onClick={() => step(1)}>
            <Icon name="down" />
          </ActionIcon>
        </>
      )}
    </span>
  );
}

function Marked({ label, mark }: { label: string; mark: boolean }) {
  return (
    <span className={css.marked}>
      {label}
      {mark && <span className={css.dot} role="img" aria-label={text.log.text} title={text.log.text} />}
    </span>
  );
}
