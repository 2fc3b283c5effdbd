import { Button, Group, NumberInput, Switch, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Problem, words } from "../api/problem";
import type { Config } from "../api/types";
import { sentence } from "../format";
import { text } from "../text";
import { Ask } from "../ui/ask";
import { Trouble } from "../ui/trouble";
import { ImageField, ProjectField, VolumesField } from "./choices";
import { type Draft, isHollow, placed, turned } from "./draft";
import css from "./form.module.css";
import { useSubmit } from "./submit";
import { WhenFields } from "./when";

/** The form itself. The server judges what was typed; its words appear at the fields. */
export function TaskForm({ config, start }: { config: Config; start: Draft }) {
  const [draft, setDraft] = useState(start);
  const form = useRef<HTMLFormElement>(null);
  const submit = useSubmit(config);
  const { fields, rest } = placed(submit.error instanceof Problem ? submit.error.fields : []);
  const set = (part: Partial<Draft>) => setDraft((old) => ({ ...old, ...part }));

  const [asks, ask] = useDisclosure(false);

  useEffect(() => {
    if (submit.isError) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [submit.isError]);

  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (submit.isPending) return;
    if (isHollow(draft.script) && !draft.interactive) ask.open();
    else submit.mutate(draft);
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
          submit.mutate(draft);
        }}
      >
        {text.form.hollowHelp}
      </Ask>
      <form ref={form} className={css.form} onSubmit={onSubmit} noValidate>
        {submit.isError && (
          <Refused error={submit.error} rest={rest} placed={Object.keys(fields).length > 0} />
        )}
        <section className={`panel ${css.section}`} aria-label={text.form.sections.what}>
          <TextInput
            label={text.form.name}
            placeholder={text.form.namePlaceholder}
            autoFocus
            error={fields.name}
            value={draft.name}
            onChange={(e) => set({ name: e.currentTarget.value })}
          />
          {(draft.interactive || (config.executor_features ?? []).includes("interactive")) && (
            <Switch
              label={text.form.interactive}
              description={text.form.interactiveHelp}
              error={fields.interactive}
              checked={draft.interactive}
              onChange={(e) => set(turned(config, draft, e.currentTarget.checked))}
            />
          )}
          <ImageField
            config={config}
            interactive={draft.interactive}
            error={fields.image}
            value={draft.image}
            onChange={(image) => set({ image })}
          />
          <Textarea
            label={text.form.script}
            description={draft.interactive ? text.form.scriptBefore : text.form.scriptHelp}
            error={fields.script}
            autosize
            minRows={draft.interactive ? 3 : 8}
            maxRows={24}
            spellCheck={false}
            classNames={{ input: css.script }}
            value={draft.script}
            onChange={(e) => set({ script: e.currentTarget.value })}
          />
        </section>
        <section className={`panel ${css.section}`} aria-label={text.form.sections.needs}>
          <div className={css.row}>
            <NumberInput
              label={text.form.cpu}
              min={0}
              step={1}
              error={fields.cpu}
              value={draft.cpu}
              onChange={(cpu) => set({ cpu })}
            />
            <NumberInput
              label={text.form.ram}
              min={0}
              step={1}
              error={fields.ram}
              value={draft.ram}
              onChange={(ram) => set({ ram })}
            />
            <div className={css.wide}>
              <ProjectField
                error={fields.project}
                value={draft.project}
                onChange={(project) => set({ project })}
              />
            </div>
          </div>
          {config.web_port && (
            <NumberInput
              label={text.form.webPort}
              description={text.form.webPortHelp}
              placeholder="8888"
              min={1}
              max={65535}
              allowDecimal={false}
              hideControls
              error={fields.webPort}
              value={draft.webPort}
              onChange={(webPort) => set({ webPort })}
            />
          )}
          <VolumesField
            config={config}
            error={fields.volumes}
            value={draft.volumes}
            onChange={(volumes) => set({ volumes })}
          />
          <TagsInput
            label={text.form.tags}
            description={text.form.tagsHelp}
            error={fields.tags}
            value={draft.tags}
            onChange={(tags) => set({ tags })}
          />
        </section>
        <WhenFields draft={draft} set={set} errors={fields} />
        <Group justify="flex-end">
          <Button variant="default" renderRoot={(props) => <Link to="/" {...props} />}>
            {text.form.cancel}
          </Button>
          <Button type="submit" loading={submit.isPending}>
            {text.form.submit}
          </Button>
        </Group>
      </form>
    </>
  );
}

function Refused({ error, rest, placed }: { error: Error; rest: string[]; placed: boolean }) {
  const said = rest.length > 0 ? rest.join(" ") : placed ? text.form.seeFields : sentence(words(error));
  return <Trouble title={text.form.refused}>{said}</Trouble>;
}
