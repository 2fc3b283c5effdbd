import { Button, Modal, Progress, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { words } from "../../api/problem";
import { keys } from "../../api/queries";
import { text } from "../../text";
import { Ask } from "../../ui/ask";
import { Icon } from "../../ui/icon";
import { show } from "../../ui/toast";
import type { Filter } from "../filter";
import { actOn, allOf, type Deed, undo } from "./act";
import css from "./bulk.module.css";
import type { Selection } from "./selection";

/** What can be done with the selected tasks; lies over the foot of the list. */
export function Bulk({ filter, selection }: { filter: Filter; selection: Selection }) {
  const { work, run, count, stop } = useWork(selection);
  const [asks, setAsks] = useState<Deed>();
  const n = selection.ids.size;
  if (n === 0 && !work) return null;
  const start = (deed: Deed, tag = "") => {
    setAsks(undefined);
    void run(deed, [...selection.ids], tag);
  };
  return (
    <section className={css.bulk} aria-label={text.bulk.label}>
      {work ? (
        <div className={css.work} role="status">
          <span>{work.all ? text.bulk.working(work.done, work.all) : text.bulk.counting(work.done)}</span>
          {work.all > 0 && (
            <Progress
              className={css.progress}
              value={(100 * work.done) / work.all}
              aria-label={text.bulk.label}
            />
          )}
          <Button size="compact-sm" variant="default" onClick={stop}>
            {text.bulk.stop}
          </Button>
        </div>
      ) : (
        <>
          <strong className="numbers">{text.bulk.selected(n)}</strong>
          <Button size="compact-sm" variant="subtle" onClick={() => void count(filter)}>
            {text.bulk.matching}
          </Button>
          <Button size="compact-sm" variant="subtle" color="gray" onClick={selection.clear}>
            {text.bulk.clear}
          </Button>
          <span className={css.grow} />
          <Do deed="suspend" icon="pause" onClick={() => start("suspend")} />
          <Do deed="resume" icon="play" onClick={() => start("resume")} />
          <Do deed="tag" icon="plus" onClick={() => setAsks("tag")} />
          <Do deed="untag" icon="close" onClick={() => setAsks("untag")} />
          <Do deed="archive" icon="folder" onClick={() => setAsks("archive")} />
          <Do deed="kill" icon="stop" onClick={() => setAsks("kill")} />
        </>
      )}
      <Ask
        open={asks === "kill"}
        close={() => setAsks(undefined)}
        title={text.bulk.killTitle(n)}
        cancel={text.bulk.cancel}
        confirm={text.bulk.killDo}
        danger
        onConfirm={() => start("kill")}
      >
        {text.bulk.killBody}
      </Ask>
      <Ask
        open={asks === "archive"}
        close={() => setAsks(undefined)}
        title={text.bulk.archiveTitle(n)}
        cancel={text.bulk.cancel}
        confirm={text.bulk.archiveDo}
        danger
        onConfirm={() => start("archive")}
      >
        {text.bulk.archiveBody}
      </Ask>
      <Tagging deed={asks} n={n} close={() => setAsks(undefined)} done={(tag) => asks && start(asks, tag)} />
    </section>
  );
}

function Do({
  deed,
  icon,
  onClick,
}: {
  deed: Deed;
  icon: Parameters<typeof Icon>[0]["name"];
  onClick: () => void;
}) {
  return (
    <Button
      size="compact-sm"
      variant="default"
      c={deed === "kill" ? "var(--gd-bad)" : undefined}
      leftSection={<Icon name={icon} size={14} />}
      onClick={onClick}
    >
      {text.bulk[deed]}
    </Button>
  );
}

function Tagging({
  deed,
  n,
  close,
  done,
}: {
  deed?: Deed;
  n: number;
  close: () => void;
  done: (tag: string) => void;
}) {
  const [tag, setTag] = useState("");
  const removes = deed === "untag";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!tag.trim()) return;
    setTag("");
    done(tag.trim());
  };
  return (
    <Modal
      opened={deed === "tag" || removes}
      onClose={close}
      title={removes ? text.bulk.untagTitle(n) : text.bulk.tagTitle(n)}
      centered
      closeButtonProps={{ "aria-label": text.bulk.cancel }}
    >
      <form onSubmit={submit} className={css.tagging}>
        <TextInput
          label={text.bulk.tagName}
          data-autofocus
          required
          withAsterisk={false}
          value={tag}
          onChange={(e) => setTag(e.currentTarget.value)}
        />
        <Button type="submit">{removes ? text.bulk.untagDo : text.bulk.tagDo}</Button>
      </form>
    </Modal>
  );
}

interface Work {
  done: number;
  all: number; // 0 while it is being counted
}

/** Does what is asked with many tasks, and tells how far it is and what came of it. */
function useWork(selection: Selection) {
  const queries = useQueryClient();
  const [work, setWork] = useState<Work>();
  const stopper = useRef<AbortController>(undefined);

  const during = async (first: Work, part: (signal: AbortSignal) => Promise<void>) => {
    stopper.current = new AbortController();
    setWork(first);
    try {
      await part(stopper.current.signal);
    } catch (err) {
      if (!stopper.current.signal.aborted) show({ words: words(err), bad: true });
    } finally {
      setWork(undefined);
    }
  };
  const run = (deed: Deed, ids: readonly number[], tag: string) =>
    during({ done: 0, all: ids.length }, async (signal) => {
      const out = await actOn(deed, ids, tag, (done) => setWork({ done, all: ids.length }), signal);
      void queries.invalidateQueries({ queryKey: keys.lists });
      const back = undo[deed];
      const rest = out.refused > 0 ? ` ${text.bulk.refused(out.refused, out.why)}` : "";
      show({
        words: text.bulk.done[deed](out.done.length) + rest,
        action: back && out.done.length > 0 ? text.bulk.undo : undefined,
        act: () => back && void takeBack(back, out.done, tag),
      });
      if (out.done.length > 0) selection.clear();
    });
  const takeBack = (deed: Deed, ids: readonly number[], tag: string) =>
    during({ done: 0, all: ids.length }, async (signal) => {
      await actOn(deed, ids, tag, (done) => setWork({ done, all: ids.length }), signal);
      void queries.invalidateQueries({ queryKey: keys.lists });
      show({ words: text.bulk.undone });
    });
  const count = (filter: Filter) =>
    during({ done: 0, all: 0 }, async (signal) => {
      const ids = await allOf(filter, (done) => setWork({ done, all: 0 }), signal);
      if (!signal.aborted) selection.set(ids);
    });
  return { work, run, count, stop: () => stopper.current?.abort() };
}
