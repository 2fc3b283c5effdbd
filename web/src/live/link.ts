import { useSyncExternalStore } from "react";
import type { Link } from "./source";

let current: Link = "connecting";
const listeners = new Set<() => void>();

/** Tells the page how its connection is doing. */
export function setLink(link: Link): void {
  if (link === current) return;
  current = link;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** How the page's connection is doing. */
export function useLink(): Link {
  return useSyncExternalStore(subscribe, () => current);
}
