import { ActionIcon, Tabs } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { text } from "../text";
import { Ask } from "../ui/ask";
import { Icon } from "../ui/icon";
import { keepTabs, keptTabs, newTab, type Tab } from "./kept";
import { type Held, Shell } from "./shell";
import css from "./terminal.module.css";
import type { State, Wire } from "./wire";

const most = 16; // that a task has

interface Props {
  task: number;
  attempt: number;
  /** The shells end with their connections: there is none to be found again. */
  passing: boolean;
  held: Held;
}

/** The shells of this browser in an attempt of a task, each with a tab. */
export default function Shells({ task, attempt, passing, held }: Props) {
  const [tabs, setTabs] = useState<Tab[]>(() =>
    passing ? [newTab([])] : keptTabs(task, attempt, localStorage),
  );
  const [chosen, choose] = useState(tabs[0]?.shell ?? "");
  const [states, setStates] = useState<Record<string, State["kind"]>>({});
  const wires = useRef(new Map<string, Wire>());
  const row = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!passing) keepTabs(task, attempt, tabs, localStorage);
  }, [task, attempt, passing, tabs]);
  const precious = () => [...wires.current.values()].some((wire) => wire.precious);
  const leaving = useBlocker({ shouldBlockFn: precious, enableBeforeUnload: precious, withResolver: true });

  const add = () => {
    const tab = newTab(tabs);
    setTabs([...tabs, tab]);
    choose(tab.shell);
  };
  const end = () => {
    wires.current.get(chosen)?.end();
    const left = tabs.filter((tab) => tab.shell !== chosen);
    const next = left.length > 0 ? left : [newTab([])];
    setTabs(next);
    choose(next[next.length - 1]?.shell ?? "");
  };
  const current = tabs.find((tab) => tab.shell === chosen);
  const live = !["ended", "refused", "gone"].includes(states[chosen] ?? "");
  return (
    <Tabs
      value={chosen}
      onChange={(shell) => choose(shell ?? "")}
      className={`panel ${css.shells}`}
      keepMounted
      activateTabWithKeyboard={false}
    >
      <div className={css.bar}>
        <Tabs.List ref={row} aria-label={text.terminal.shells} className={css.tabs}>
          {tabs.map(({ shell, number }) => (
            <Tabs.Tab key={shell} value={shell} data-state={states[shell]}>
              {text.terminal.shell(number)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <ActionIcon
          variant="subtle"
          color="gray"
          c="var(--mantine-color-dimmed)"
          aria-label={text.terminal.add}
          title={text.terminal.add}
          disabled={tabs.length >= most}
          onClick={add}
        >
          <Icon name="plus" />
        </ActionIcon>
        {current && (
          <ActionIcon
            variant="subtle"
            color="gray"
            c="var(--mantine-color-dimmed)"
            aria-label={live ? text.terminal.close(current.number) : text.terminal.closeTab(current.number)}
            title={live ? text.terminal.close(current.number) : text.terminal.closeTab(current.number)}
            onClick={end}
          >
            <Icon name="close" />
          </ActionIcon>
        )}
      </div>
      {tabs.map(({ shell, number }) => (
        <Tabs.Panel key={shell} value={shell} className={css.panel}>
          <Shell
            task={task}
            shell={shell}
            passing={passing}
            held={held}
            label={text.terminal.shell(number)}
            shown={shell === chosen}
            leave={() => row.current?.querySelector<HTMLElement>("[aria-selected=true]")?.focus()}
            wire={(wire) => {
              if (wire) wires.current.set(shell, wire);
              else wires.current.delete(shell);
            }}
            state={({ kind }) => setStates((old) => ({ ...old, [shell]: kind }))}
          />
        </Tabs.Panel>
      ))}
      <Ask
        open={leaving.status === "blocked"}
        close={() => leaving.reset?.()}
        title={text.terminal.leaveTitle}
        cancel={text.terminal.stay}
        confirm={text.terminal.leave}
        danger
        onConfirm={() => leaving.proceed?.()}
      >
        {text.terminal.leaveHelp}
      </Ask>
    </Tabs>
  );
}
