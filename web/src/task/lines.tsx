import { memo, useEffect, useRef } from "react";
import type { Block } from "../live/logbuffer";
import type { Log } from "../live/uselog";
import { text } from "../text";
import { Scroll } from "../ui/scroll";
import css from "./log.module.css";

interface Props {
  log: Log;
  early: boolean;
  label: string;
  following: boolean;
  setFollowing: (on: boolean) => void;
}

/** The lines of a stream, scrolled to the newest while they are followed. */
export function Lines({ log, early, label, following, setFollowing }: Props) {
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
