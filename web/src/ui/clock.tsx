import { useSyncExternalStore } from "react";
import { ago, duration, moment } from "../format";

// One timer for every moving time on the page; it stops when none is shown.
let now = Date.now() / 1000;
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now() / 1000;
    for (const tell of listeners) tell();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function read(): number {
  if (timer === undefined) now = Math.max(now, Math.floor(Date.now() / 1000));
  return now;
}

/** How long ago a moment was, kept current; the exact moment on hover. */
export function Ago({ at }: { at: number }) {
  const words = useSyncExternalStore(subscribe, () => ago(at, read()));
  return (
    <time dateTime={new Date(at * 1000).toISOString()} title={moment(at)}>
      {words}
    </time>
  );
}

/** The time since a moment, counting. */
export function Since({ at }: { at: number }) {
  return useSyncExternalStore(subscribe, () => duration(Math.floor(read() - at)));
}
