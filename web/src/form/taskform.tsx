import { Button, Group, Input, Switch, TextInput } from "@mantine/core";
import { useDebouncedCallback, useDisclosure } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import { type FormEvent, type KeyboardEvent, useEffect, useMemo, useState } from "react";
import { useOnce } from "../api/once";
import { Problem, words } from "../api/problem";
import type { Config } from "../api/types";
import { sentence } from "../format";
import { able } from "../task/executor";
import { text } from "../text";
import { Amount } from "../ui/amount";
import { Ask } from "../ui/ask";
import { Code } from "../ui/code/code";
import { Beside } from "./beside";
import { ImageField, ProjectField } from "./choices";
import { type Draft, documentOf, isHollow, placed, turned, wrongOf } from "./draft";
import css from "./form.module.css";
import { About, Data, Inside, type Part, Where } from "./groups";
import { keep } from "./keep";
import { Refused, useRefusal } from "./refused";
import { Room } from "./room";
import { useSubmit } from "./submit";
import { VolumesField } from "./volumes";
import { WhenFields } from "./when";

interface Props {
  config: Config;
  user: string;
  start: Draft; // what the form shows first
  blank?: Draft; // what it shows when nothing was typed; without it nothing is kept
}

/** The form itself. The server judges what was typed; its words appear at the fields. */
export function TaskForm({ config, user, start, blank }: Props) {
  const [draft, setDraft] = useState(start);
  const keepSoon = useDebouncedCallback((now: Draft) => blank && keep(user, now, blank), {
    delay: 400,
    flushOnUnmount: true,
  });
  const submit = useSubmit(user, keepSoon.cancel);
  const submitOnce = useOnce(submit);
  const [tries, setTries] = useState(0); // to run what is wrong
  const form = useRefusal(submit.error, tries);
  const { fields, rest } = placed(submit.error instanceof Problem ? submit.error.fields : []);
  const set = (part: Partial<Draft>) =>
    setDraft((old) => {
      const next = { ...old, ...part };
      keepSoon(next);
      return next;
    });
  const [asks, ask] = useDisclosure(false);
  const task = useMemo(() => documentOf(draft), [draft]);
  const { array, ...wrong } = useMemo(() => wrongOf(draft), [draft]);
  const isWrong = array !== undefined || Object.keys(wrong).length > 0;
  const errors = { ...wrong, ...(tries > 0 && array && { array }), ...fields };
  const part: Part = { config, draft, set, errors };

  useEffect(() => {
    const flush = () => keepSoon.flush(); // before the tab is closed
    window.addEventListener("pagehide", flush);
    return () => window.removeEventListener("pagehide", flush);
  }, [keepSoon]);

  const run = () => {
    if (isWrong) setTries(tries + 1);
    else if (isHollow(draft.script) && !draft.interactive) ask.open();
    else submitOnce(draft);
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    run();
  };

  return (
    <>
      <Ask
        open={asks}
        close={ask.close}
        title={text.form.hollow}
        cancel={text.form.hollowCancel}
        confirm={text.form.hollowConfirm}
        onConfirm={() => {
          ask.close();
          submitOnce(draft);
        }}
      >
        {text.form.hollowHelp}
      </Ask>
      <div className={css.columns}>
        <form ref={form} className={css.form} onSubmit={onSubmit} onKeyDown={onKeyDown} noValidate>
          <What {...part} />
          <Needs {...part} />
          <WhenFields draft={draft} set={set} errors={errors} />
          <Data {...part} />
          <Where {...part} />
          <Inside {...part} />
          <About {...part} />
          {submit.isError && (
            <Refused error={submit.error}>
              {rest.join(" ") ||
                (Object.keys(fields).length > 0 ? text.form.seeFields : sentence(words(submit.error)))}
            </Refused>
          )}
          <Group justify="flex-end" className={css.buttons}>
            <Button variant="default" renderRoot={(props) => <Link to="/" {...props} />}>
              {text.form.cancel}
            </Button>
            <Button type="submit" loading={submit.isPending} title={text.form.submitKeys}>
              {text.form.submit}
            </Button>
          </Group>
        </form>
        <aside className={css.side} aria-label={text.form.side}>
          <Room task={task} wrong={isWrong} />
          <Beside task={task} />
        </aside>
      </div>
    </>
  );
}

/** The image and the script, and what the task is called. */
export function What(props: Part & { scriptHelp?: string; nameLabel?: string }) {
  const { config, draft, set, errors, scriptHelp = text.form.scriptHelp, nameLabel = text.form.name } = props;
  return (
    <section className={`panel ${css.section}`} aria-label={text.form.sections.what}>
      <TextInput
        label={nameLabel}
        placeholder={text.form.namePlaceholder}
        autoFocus={nameLabel === text.form.name}
        error={errors.name}
        value={draft.name}
        onChange={(e) => set({ name: e.currentTarget.value })}
      />
      {(draft.interactive || able(config, draft.executor, "interactive")) && (
        <Switch
          label={text.form.interactive}
          description={text.form.interactiveHelp}
          error={errors.interactive}
          checked={draft.interactive}
          onChange={(e) => set(turned(config, draft, e.currentTarget.checked))}
        />
      )}
      <ImageField
        config={config}
        interactive={draft.interactive}
        error={errors.image}
        value={draft.image}
        onChange={(image) => set({ image })}
      />
      <div>
        <Input.Label component="div">{text.form.script}</Input.Label>
        <Input.Description id="script-help" mb={6}>
          {draft.interactive ? text.form.scriptBefore : scriptHelp}
        </Input.Description>
        <Code
          label={text.form.script}
          describedBy="script-help"
          invalid={Boolean(errors.script)}
          value={draft.script}
          onChange={(script) => set({ script })}
        />
        {errors.script && <Input.Error mt={6}>{errors.script}</Input.Error>}
      </div>
    </section>
  );
}

/** How much of a machine, whose quota, and which folders. */
export function Needs({ config, draft, set, errors, project }: Part & { project?: string }) {
  return (
    <section className={`panel ${css.section}`} aria-label={text.form.sections.needs}>
      <div className={css.row}>
        <Amount
          label={text.form.cpu}
          min={0}
          error={errors.cpu}
          value={draft.cpu}
          onChange={(cpu) => set({ cpu })}
        />
        <Amount
          label={text.form.ram}
          min={0}
          error={errors.ram}
          value={draft.ram}
          onChange={(ram) => set({ ram })}
        />
        {(Number(draft.gpus) > 0 || able(config, draft.executor, "gpus") !== false) && (
          <Amount
            label={text.form.gpus}
            min={0}
            whole
            error={errors.gpus}
            value={draft.gpus}
            onChange={(gpus) => set({ gpus })}
          />
        )}
        {project === undefined && (
          <div className={css.wide}>
            <ProjectField
              error={errors.project}
              value={draft.project}
              onChange={(id) => set({ project: id })}
            />
          </div>
        )}
      </div>
      {config.web_port && (
        <Amount
          label={text.form.webPort}
          description={text.form.webPortHelp}
          placeholder={text.form.webPortPlaceholder}
          min={1}
          max={65535}
          whole
          bare
          error={errors.webPort}
          value={draft.webPort}
          onChange={(webPort) => set({ webPort })}
        />
      )}
      <VolumesField
        config={config}
        project={project ?? draft.project}
        root={draft.root}
        error={errors.volumes}
        value={draft.volumes}
        onChange={(volumes) => set({ volumes })}
      />
    </section>
  );
}
