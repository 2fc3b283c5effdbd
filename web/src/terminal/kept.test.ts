import { expect, test } from "vitest";
import { keepTabs, keptTabs, newTab } from "./kept";

function store(): Storage {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  } as unknown as Storage;
}

test("tabs are found again for the same attempt alone", () => {
  const s = store();
  const first = keptTabs(7, 1, s);
  expect(first).toHaveLength(1);
  const tabs = [...first, newTab(first)];
  expect(tabs.map((tab) => tab.number)).toEqual([1, 2]);
  expect(tabs[0]?.shell).not.toBe(tabs[1]?.shell);
  keepTabs(7, 1, tabs, s);
  expect(keptTabs(7, 1, s)).toEqual(tabs);
  expect(keptTabs(7, 2, s)[0]?.shell).not.toBe(tabs[0]?.shell);
});

test("what makes no sense is begun anew", () => {
  for (const text of ["", "{", "[]", "{}", '[{"shell":"a b","number":1}]', "[null]", '[{"shell":"x"}]']) {
    const s = store();
    s.setItem("god.shells.7.1", text);
    expect(keptTabs(7, 1, s)[0]?.number).toBe(1);
  }
});
