import { useLocalStorage } from "@mantine/hooks";
import { useMemo } from "react";
import type { text } from "../../text";

export type ColumnId = keyof typeof text.list.columns;

/** The columns in their order, with what a grid makes of their width. */
const widths: Record<ColumnId, string> = {
  state: "136px",
  task: "minmax(180px, 2.4fr)",
  image: "minmax(90px, 1.2fr)",
  project: "minmax(80px, 0.8fr)",
  user: "minmax(80px, 0.8fr)",
  asked: "minmax(110px, 0.8fr)",
  node: "minmax(80px, 0.8fr)",
  tags: "minmax(90px, 1fr)",
  duration: "104px",
  ended: "104px",
  date: "104px",
};

export const columnIds = Object.keys(widths) as ColumnId[];

/** Those that cannot be left out. */
export const fixed: readonly ColumnId[] = ["state", "task"];

const usual: ColumnId[] = ["state", "task", "image", "project", "duration", "date"];

/** The columns of the list that somebody chose, kept in the browser. */
export function useColumns(): [ColumnId[], (ids: ColumnId[]) => void] {
  const [ids, setIds] = useLocalStorage<ColumnId[]>({
    key: "gd.columns",
    defaultValue: usual,
    getInitialValueInEffect: false,
  });
  const shown = useMemo(() => {
    const known = Array.isArray(ids) ? ids : usual;
    return columnIds.filter((id) => fixed.includes(id) || known.includes(id));
  }, [ids]);
  return [shown, setIds];
}

/** The grid of a line of the list. */
export function templateOf(columns: readonly ColumnId[]): string {
  return columns.map((id) => widths[id]).join(" ");
}
