import "@xterm/xterm/css/xterm.css";
import { Button, useComputedColorScheme } from "@mantine/core";
import { FitAddon } from "@xterm/addon-fit";
import { type ITheme, Terminal } from "@xterm/xterm";
import { useEffect, useRef, useState } from "react";
import { text } from "../text";
import css from "./terminal.module.css";
import { type State, Wire } from "./wire";

const themes: Record<"light" | "dark", ITheme> = {
  light: {
    background: "#fbfbfd",
    foreground: "#1b1f29",
    cursor: "#3a48b5",
    cursorAccent: "#fbfbfd",
    selectionBackground: "#c9d0f5",
  },
  dark: {
    background: "#0c0e13",
    foreground: "#e6e8ee",
    cursor: "#a3adf5",
    cursorAccent: "#0c0e13",
    selectionBackground: "#3a4482",
  },
};

/** Why nothing happens in the task: until somebody types, or resumes it. */
export type Held = "frozen" | "suspended" | false;

interface Props {
  task: number;
  shell: string;
  /** It ends with its connection. */
  passing: boolean;
  held: Held;
  label: string;
  shown: boolean;
  /** Called when somebody wants to leave by keyboard. */
  leave: () => void;
  wire: (wire: Wire | undefined) => void;
  state: (state: State) => void;
}

/** One shell. It stays connected while another one is shown. */
export function Shell({ task, shell, passing, held, label, shown, leave, wire: hold, state: tell }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const parts = useRef<{ term: Terminal; refit: () => void; wire: Wire }>(undefined);
  const ends = useRef({ leave, hold, tell });
  ends.current = { leave, hold, tell };
  const [state, setState] = useState<State>({ kind: "connecting" });
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });
  const [first] = useState({ scheme, label });

  useEffect(() => {
    if (!place.current) return;
    const made = build(
      place.current,
      task,
      shell,
      passing,
      themes[first.scheme],
      () => ends.current.leave(),
      (s) => {
        setState(s);
        ends.current.tell(s);
      },
    );
    made.term.textarea?.setAttribute("aria-label", first.label);
    parts.current = made;
    ends.current.hold(made.wire);
    return () => {
      made.stop();
      ends.current.hold(undefined);
      parts.current = undefined;
    };
  }, [task, shell, passing, first]);

  useEffect(() => {
    if (parts.current) parts.current.term.options.theme = themes[scheme];
  }, [scheme]);

  useEffect(() => {
    if (!shown) return;
    parts.current?.refit();
    parts.current?.term.focus();
  }, [shown]);

  const now = () => {
    parts.current?.wire.now();
    parts.current?.term.focus();
  };
  const waits = state.kind === "live" && held;
  return (
    <div className={css.shell} hidden={!shown}>
      <div ref={place} className={css.screen} />
      <div className={css.line} data-kind={waits ? "held" : state.kind}>
        <span role="status">{waits ? text.terminal[waits] : said(state, passing)}</span>
        {state.kind === "lost" && <Again what={text.terminal.now} on={now} />}
        {state.kind === "refused" && <Again what={text.terminal.again} on={now} />}
        {(state.kind === "ended" || state.kind === "gone") && <Again what={text.terminal.anew} on={now} />}
      </div>
    </div>
  );
}

function Again({ what, on }: { what: string; on: () => void }) {
  return (
    <Button size="compact-xs" variant="default" onClick={on}>
      {what}
    </Button>
  );
}

function said(state: State, passing: boolean): string {
  switch (state.kind) {
    case "live":
      return passing ? text.terminal.livePassing : text.terminal.live;
    case "offline":
      return passing ? text.terminal.offlinePassing : text.terminal.offline;
    case "lost":
      return passing ? text.terminal.lostPassing(state.seconds) : text.terminal.lost(state.seconds);
    case "ended":
      return text.terminal.ended(state.code);
    case "refused":
      return text.terminal.refused(state.why);
    default:
      return text.terminal[state.kind];
  }
}

/** Makes a terminal in a place and connects it. */
function build(
  place: HTMLElement,
  task: number,
  shell: string,
  passing: boolean,
  theme: ITheme,
  leave: () => void,
  state: (state: State) => void,
) {
  const term = new Terminal({
    theme,
    fontFamily: getComputedStyle(place).fontFamily,
    fontSize: 14,
    lineHeight: 1.2, // in less, the underscores of some fonts are cut off
    scrollback: 10_000,
    cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    minimumContrastRatio: 4.5,
    screenReaderMode: true,
  });
  const fitting = new FitAddon();
  term.loadAddon(fitting);
  term.open(place);
  const refit = () => {
    if (place.offsetParent) fitting.fit(); // what is hidden has no size
  };
  refit();
  void document.fonts.ready.then(refit); // a line may be taller by then
  let stale = false; // what is drawn is of an earlier connection
  const wire = new Wire({
    task,
    shell,
    passing,
    size: () => ({ columns: term.cols, rows: term.rows }),
    print: (bytes, drawn) => {
      if (stale) term.reset();
      stale = false;
      term.write(bytes, drawn);
    },
    restart: () => term.reset(),
    state: (s) => {
      stale ||= s.kind === "connecting";
      term.options.disableStdin = s.kind !== "live"; // what nobody takes is not swallowed either
      state(s);
    },
  });
  term.onData((typed) => wire.type(typed));
  term.onResize(({ cols, rows }) => wire.resize({ columns: cols, rows }));
  term.attachCustomKeyEventHandler((e) => ours(e, term, leave));
  const sizes = new ResizeObserver(refit);
  sizes.observe(place);
  const stop = () => {
    sizes.disconnect();
    wire.close();
    term.dispose();
  };
  return { term, refit, wire, stop };
}

/** Keys that are for the page; returns false for them. */
function ours(e: KeyboardEvent, term: Terminal, leave: () => void): boolean {
  const both = e.ctrlKey && e.shiftKey && !e.altKey && !e.metaKey;
  if (e.shiftKey && !e.ctrlKey && e.key === "F6") {
    e.preventDefault();
    if (e.type === "keydown") leave();
    return false;
  }
  if (both && e.code === "KeyC") {
    e.preventDefault();
    if (e.type === "keydown" && term.hasSelection()) document.execCommand("copy"); // works without https, too
    return false;
  }
  return !(both && e.code === "KeyV"); // which the browser does
}
