import { Button, SegmentedControl, Switch } from "@mantine/core";
import { memo, useEffect, useRef, useState } from "react";
import { fileAddress } from "../api/client";
import type { Task } from "../api/types";
import type { Block } from "../live/logbuffer";
import { type Log as LogState, type Stream, useLog } from "../live/uselog";
import { text } from "../text";
import { Icon } from "../ui/icon";
import { Scroll } from "../ui/scroll";
import css from "./log.module.css";

const streams = [
  { value: "stdout", label: text.log.stdout },
  { value: "stderr", label: text.log.stderr },
];

const files: Record<Stream, string> = { stdout: "god.log", stderr: "god.err" };

/** What a task writes, as it writes it. */
export function Log({ task }: { task: Task }) {
  const [stream, setStream] = useState<Stream>("stdout");
  const [following, setFollowing] = useState(true);
  const early = task.status.primary === "pending" || task.status.primary === "created";
  const log = useLog(task.id, stream, !early);
  return (
    <div>
      <div className={css.tools}>
        <SegmentedControl
          size="xs"
          aria-label={text.log.which}
          data={streams}
          value={stream}
          onChange={(value) => setStream(value as Stream)}
        />
        <Switch
          size="sm"
          label={text.log.follow}
          checked={following}
          onChange={(e) => setFollowing(e.currentTarget.checked)}
        />
        <span className={css.grow} role="status">
          {log.link === "lost" && !log.ended && !early && text.log.lost}
        </span>
        {!early && (
          <Button
            component="a"
            size="compact-sm"
            variant="subtle"
            color="gray"
            c="var(--mantine-color-dimmed)"
            href={fileAddress(task.id, files[stream])}
            download={files[stream]}
            leftSection={<Icon name="download" />}
          >
            {text.log.full}
          </Button>
        )}
      </div>
      <Lines
        key={stream}
        log={log}
        early={early}
        label={text.log.label(stream)}
        following={following}
        setFollowing={setFollowing}
      />
    </div>
  );
}

interface LinesProps {
  log: LogState;
  early: boolean;
  label: string;
  following: boolean;
  setFollowing: (on: boolean) => void;
}

function Lines({ log, early, label, following, setFollowing }: LinesProps) {
  const box = useRef<HTMLElement>(null);
  const last = useRef(0); // where the page itself scrolled to; scrolling above that is the reader's

  // biome-ignore lint/correctness/useExhaustiveDependencies: what was written is what it follows
  useEffect(() => {
    if (!following || !box.current) return;
    box.current.scrollTop = box.current.scrollHeight;
    last.current = box.current.scrollTop;
  }, [log.blocks, log.tail, following]);

  const onScroll = () => {
    if (!box.current || !following) return;
    if (box.current.scrollTop < last.current - 4) setFollowing(false);
    else last.current = box.current.scrollTop;
  };

  const empty = log.blocks.length === 0 && log.tail === "";
  return (
    <Scroll ref={box} className={css.lines} label={label} onScroll={onScroll}>
      {log.dropped > 0 && <p className={css.note}>{text.log.dropped(log.dropped)}</p>}
      {log.blocks.map((block) => (
        <Lump key={block.first} block={block} />
      ))}
      {log.tail && <pre className={css.lump}>{log.tail}</pre>}
      {empty && <p className={css.note}>{hint(early, log.ended)}</p>}
    </Scroll>
  );
}

const Lump = memo(function Lump({ block }: { block: Block }) {
  return <pre className={css.lump}>{`${block.lines.join("\n")}\n`}</pre>;
});

function hint(early: boolean, ended: boolean): string {
  if (early) return text.log.early;
  return ended ? text.log.nothing : text.log.quiet;
}
