import type { Draft } from "./draft";

// Drafts stay in the browser, one for each person: nobody loses a long script to a closed tab.
const place = (user: string) => `god.draft.${user}`;

export interface Kept {
  at: number; // epoch seconds
  draft: Draft;
}

/** The draft that was kept, on top of the form as it is at first: an older page may have known less. */
export function kept(user: string, start: Draft): Kept | undefined {
  try {
    const found = JSON.parse(localStorage.getItem(place(user)) ?? "null") as Kept | null;
    if (!found?.draft || typeof found.at !== "number") return undefined;
    const draft = { ...start };
    for (const name of Object.keys(start) as (keyof Draft)[]) {
      const value = found.draft[name];
      if (typeof value === typeof start[name] || name === "retry" || name === "webPort")
        Object.assign(draft, { [name]: value });
    }
    return same(draft, start) ? undefined : { at: found.at, draft };
  } catch {
    return undefined; // of a browser that keeps nothing, or nothing that can be read
  }
}

export function keep(user: string, draft: Draft, start: Draft): void {
  if (same(draft, start)) {
    forget(user);
    return;
  }
  try {
    localStorage.setItem(place(user), JSON.stringify({ at: Date.now() / 1000, draft } satisfies Kept));
  } catch {
    // there is no room; the form works without
  }
}

export function forget(user: string): void {
  try {
    localStorage.removeItem(place(user));
  } catch {
    // nothing was kept
  }
}

function same(a: Draft, b: Draft): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
