import { useElementSize, useMergedRef } from "@mantine/hooks";
import { type Ref, useEffect, useImperativeHandle, useRef, useState } from "react";
import { text } from "../../text";
import { Scroll } from "../../ui/scroll";
import { marked, pieces } from "./ansi";
import css from "./log.module.css";
import type { LogModel } from "./model";

const height = 21; // px of a line that is not wrapped
const tallest = 8_000_000; // px; browsers draw no element of more than about twice that
const whole = 400; // lines that are drawn all, with no need to know how tall each is

export interface Place {
  jump: (line: number) => void;
}

interface Props {
  model: LogModel;
  version: number; // of the model
  label: string;
  hint: string; // where there are no lines
  wrap: boolean;
  find: string;
  current?: number; // the line of the match that is looked at
  following: boolean;
  setFollowing: (on: boolean) => void;
  place: Ref<Place>;
}

/** The lines in sight of a log of any length, scrolled to the newest while they are followed. */
export function Lines({
  model,
  version,
  label,
  hint,
  wrap,
  find,
  current,
  following,
  setFollowing,
  place,
}: Props) {
  const box = useRef<HTMLElement>(null);
  const { ref: sized, height: view } = useElementSize<HTMLElement>();
  const ref = useMergedRef(box, sized);
  const last = useRef(0); // where the page itself scrolled to; scrolling above that is the reader's
  const [top, setTop] = useState(0);
  const count = model.count;
  const small = count <= whole;
  const full = Math.min(count * height, tallest);
  const room = Math.max(1, full - view);
  const rows = Math.ceil(view / height) + 2;

  // biome-ignore lint/correctness/useExhaustiveDependencies: what was written is what it follows
  useEffect(() => {
    if (!following || !box.current) return;
    box.current.scrollTop = box.current.scrollHeight;
    last.current = box.current.scrollTop;
  }, [version, following, wrap, view]);

  const onScroll = () => {
    if (!box.current) return;
    setTop(box.current.scrollTop);
    if (!following) return;
    if (box.current.scrollTop < last.current - 4) setFollowing(false);
    else last.current = box.current.scrollTop;
  };

  useImperativeHandle(place, () => ({
    jump: (line) => {
      setFollowing(false);
      if (!box.current) return;
      if (small) {
        const at = box.current.querySelector<HTMLElement>(`[data-line="${line + 1}"]`);
        box.current.scrollTop = (at?.offsetTop ?? 0) - view / 3;
      } else if (wrap || full < count * height) {
        box.current.scrollTop = (Math.max(0, line - 3) / Math.max(1, endOf(wrap, count, rows))) * room;
      } else box.current.scrollTop = line * height - view / 3;
    },
  }));

  const line = (n: number) => <Line key={n} n={n} text={model.line(n)} find={find} current={n === current} />;
  if (small) {
    return (
      <Scroll ref={ref} className={css.lines} label={label} onScroll={onScroll} data-wrap={wrap}>
        <div className={css.all}>{Array.from({ length: count }, (_, n) => line(n))}</div>
        {count === 0 && <p className={css.note}>{hint}</p>}
      </Scroll>
    );
  }
  const exact = !wrap && full === count * height;
  const end = top >= room - 2;
  const share = Math.min(1, top / room) * endOf(wrap, count, rows);
  const first = end ? Math.max(0, count - rows) : Math.floor(exact ? top / height : share);
  return (
    <Scroll ref={ref} className={css.lines} label={label} onScroll={onScroll} data-wrap={wrap}>
      <div style={{ height: full }}>
        <div className={css.window} style={{ height: view }} data-end={end || undefined}>
          <div style={{ transform: exact && !end ? `translateY(${-(top % height)}px)` : undefined }}>
            {Array.from({ length: Math.min(rows, count - first) }, (_, i) => line(first + i))}
          </div>
        </div>
      </div>
    </Scroll>
  );
}

/** The line at the top when all is scrolled down: wrapped ones may be as tall as the view. */
function endOf(wrap: boolean, count: number, rows: number): number {
  return Math.max(1, wrap ? count - 1 : count - rows);
}

function Line({
  n,
  text: line,
  find,
  current,
}: {
  n: number;
  text?: string;
  find: string;
  current: boolean;
}) {
  if (line === undefined) return <div className={css.line} data-line={n + 1} data-away />;
  return (
    <div className={css.line} data-line={n + 1} data-current={current || undefined}>
      {marked(pieces(line), find).map(({ text: words, look, colour, ground, hit }, i) => {
        const name =
          look
            .split(" ")
            .map((word) => css[word])
            .join(" ") || undefined;
        const key = `${i}${words.length}`;
        return hit ? (
          <mark key={key} className={name}>
            {words}
          </mark>
        ) : name || colour || ground ? (
          <span
            key={key}
            className={name}
            style={{ color: colour && legible(colour), background: ground && behind(ground) }}
          >
            {words}
          </span>
        ) : (
          words
        );
      })}
    </div>
  );
}

/** A colour as light or dark as it must be to be read. */
function legible(colour: string): string {
  return `light-dark(oklch(from ${colour} min(l, 0.45) c h), oklch(from ${colour} max(l, 0.78) c h))`;
}

/** A colour as light or dark as it must be for any text to be read on it. */
function behind(colour: string): string {
  return `light-dark(oklch(from ${colour} max(l, 0.94) min(c, 0.05) h), oklch(from ${colour} min(l, 0.28) min(c, 0.08) h))`;
}

/** What is said where there are no lines. */
export function hintOf(early: boolean, ended: boolean): string {
  if (early) return text.log.early;
  return ended ? text.log.nothing : text.log.quiet;
}
