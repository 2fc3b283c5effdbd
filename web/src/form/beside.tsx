import { Button, CopyButton, SegmentedControl } from "@mantine/core";
import { useState } from "react";
import type { NewTask } from "../api/types";
import { text } from "../text";
import { Icon } from "../ui/icon";
import { Scroll } from "../ui/scroll";
import css from "./beside.module.css";
import { commandOf } from "./command";

/** The same task as a command line and as the document that programs send. */
export function Beside({ task }: { task: NewTask }) {
  const [kind, setKind] = useState<"command" | "json">("command");
  const shown = kind === "command" ? commandOf(task) : `${JSON.stringify(task, null, 2)}\n`;
  return (
    <section className={`panel ${css.box}`} aria-label={text.form.beside.title}>
      <h2 className={css.title}>{text.form.beside.title}</h2>
      <div className={css.bar}>
        <SegmentedControl
          size="xs"
          aria-label={text.form.beside.kind}
          data={[
            { value: "command", label: text.form.beside.command },
            { value: "json", label: text.form.beside.json },
          ]}
          value={kind}
          onChange={(value) => setKind(value === "json" ? "json" : "command")}
        />
        <CopyButton value={shown}>
          {({ copied, copy }) => (
            <Button size="xs" variant="default" leftSection={<Icon name="copy" size={14} />} onClick={copy}>
              {copied ? text.form.beside.copied : text.form.beside.copy}
            </Button>
          )}
        </CopyButton>
      </div>
      <Scroll
        className={css.text}
        label={kind === "command" ? text.form.beside.command : text.form.beside.json}
      >
        <pre data-testid="beside">{shown}</pre>
      </Scroll>
      <p className={css.more}>
        {kind === "command" ? text.form.beside.commandHelp : text.form.beside.jsonHelp}
      </p>
    </section>
  );
}
