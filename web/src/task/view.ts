import { useNavigate, useSearch } from "@tanstack/react-router";

const names = ["tab", "state", "stream", "find", "folder", "file"] as const;

/** What of a task somebody looks at, as the address bar holds it. */
export type View = Partial<Record<(typeof names)[number], string>>;

/** Reads a view from whatever the address bar holds; what is empty or unknown is left out. */
export function viewOf(search: Record<string, unknown>): View {
  const view: View = {};
  for (const name of names) {
    const value = search[name];
    if (typeof value === "string" && value !== "") view[name] = value;
  }
  return view;
}

/** What is looked at, and what changes it: a step that one can go back from, or not. */
export function useView(): [View, (part: View, step?: "step") => void] {
  const view = viewOf(useSearch({ strict: false }));
  const navigate = useNavigate();
  const look = (part: View, step?: "step") =>
    void navigate({
      to: ".",
      search: (old: Record<string, unknown>) => viewOf({ ...old, ...part }),
      replace: !step,
      resetScroll: false,
    });
  return [view, look];
}
