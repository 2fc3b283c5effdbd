import { Group } from "@mantine/core";
import type { ReactNode } from "react";
import css from "./me.module.css";

interface Props {
  title: string;
  help?: string;
  action?: ReactNode;
  children: ReactNode;
}

/** One subject of a page, with what can be done about it. */
export function Box({ title, help, action, children }: Props) {
  return (
    <section className={`panel ${css.box}`} aria-label={title}>
      <Group justify="space-between" align="flex-start" gap="xs">
        <div className={css.about}>
          <h2 className={css.title}>{title}</h2>
          {help && <p className={css.help}>{help}</p>}
        </div>
        {action}
      </Group>
      {children}
    </section>
  );
}
