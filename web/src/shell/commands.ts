import { useEffect, useRef, useSyncExternalStore } from "react";

/** Something that can be done from the palette, by its keys, or both. */
export interface Command {
  id: string; // its own among all
  label: string; // what the palette and the help call it
  group: string; // what it stands under there
  /** "n", "shift+k", "mod+Enter" (Ctrl, and Cmd on a Mac), or keys one after the other: "g t". */
  keys?: string;
  held?: boolean; // runs again and again while the key is held down
  words?: string; // more that the palette finds it by
  run: () => void;
}

let all: readonly Command[] = [];
const listeners = new Set<() => void>();

function change(next: readonly Command[]): void {
  all = next;
  for (const tell of listeners) tell();
}

/** Adds commands until the returned function is called. Of two with the same keys the later has them. */
function register(commands: readonly Command[]): () => void {
  change([...all, ...commands]);
  return () => change(all.filter((command) => !commands.includes(command)));
}

/**
 * Gives the open screen its own commands, for as long as the component is there:
 *
 *     useCommands([{ id: "task-kill", label: text.kill.button, group: text.task.title(id), keys: "k", run: ask }]);
 *
 * The list may be a new one at every drawing; what runs is always the newest.
 */
export function useCommands(commands: readonly Command[]): void {
  const newest = useRef(commands);
  newest.current = commands;
  const shape = JSON.stringify(
    commands.map(({ id, label, group, keys, held, words }) => [id, label, group, keys, held, words]),
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the shape is all that anybody sees of them
  useEffect(
    () =>
      register(
        newest.current.map((command) => ({
          ...command,
          run: () => newest.current.find(({ id }) => id === command.id)?.run(),
        })),
      ),
    [shape],
  );
}

/** All commands there are now, those of the open screen last. */
export function useAllCommands(): readonly Command[] {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => all,
  );
}

/** The commands there are now, for who does not draw them. */
export function allCommands(): readonly Command[] {
  return all;
}
