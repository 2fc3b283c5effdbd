import { useEffect, useRef } from "react";

/** Calls what a key stands for, unless somebody is typing or something lies over the page. */
export function useKeys(keys: Record<string, (event: KeyboardEvent) => void>): void {
  const newest = useRef(keys);
  newest.current = keys;
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || busy(event.target))
        return;
      const run = newest.current[event.key];
      if (!run) return;
      event.preventDefault();
      run(event);
    };
    document.addEventListener("keydown", hear);
    return () => document.removeEventListener("keydown", hear);
  }, []);
}

function busy(target: EventTarget | null): boolean {
  if (document.querySelector("[role=dialog],[role=menu]")) return true;
  const at = target instanceof Element ? target : null;
  const input = at?.closest("input:not([type=checkbox]),textarea,select,[contenteditable=true]");
  return input != null;
}
