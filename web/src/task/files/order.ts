import type { File } from "../../api/types";

const { compare } = new Intl.Collator(undefined, { numeric: true });

/** Folders come first; of names with numbers in them the smaller number does. */
export function inOrder(a: File, b: File): number {
  return a.type.localeCompare(b.type) || compare(a.name, b.name);
}
