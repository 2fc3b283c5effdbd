/** A tab of the terminal: the shell that it shows, and its number for people. */
export interface Tab {
  shell: string;
  number: number;
}

const place = (task: number, attempt: number) => `god.shells.${task}.${attempt}`;

/** The tabs that this browser has for an attempt of a task; at least one. */
export function keptTabs(task: number, attempt: number, store: Storage): Tab[] {
  try {
    const tabs: unknown = JSON.parse(store.getItem(place(task, attempt)) ?? "[]");
    if (Array.isArray(tabs) && tabs.length > 0 && tabs.every(isTab)) return tabs;
  } catch {
    // what cannot be read is begun anew
  }
  return [newTab([])];
}

/** Remembers the tabs, where the browser lets it. */
export function keepTabs(task: number, attempt: number, tabs: Tab[], store: Storage): void {
  try {
    store.setItem(place(task, attempt), JSON.stringify(tabs));
  } catch {
    // then they are those of this page alone
  }
}

/** Another tab, whose shell nobody else has. */
export function newTab(tabs: Tab[]): Tab {
  const random = crypto.getRandomValues(new Uint8Array(9));
  const shell = `page-${Array.from(random, (b) => (b % 36).toString(36)).join("")}`;
  return { shell, number: Math.max(0, ...tabs.map((tab) => tab.number)) + 1 };
}

function isTab(tab: unknown): tab is Tab {
  const { shell, number } = (tab ?? {}) as Partial<Tab>;
  return typeof shell === "string" && /^[\w.-]{1,64}$/.test(shell) && Number.isSafeInteger(number);
}
