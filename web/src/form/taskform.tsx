import { Button, Group, NumberInput, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { client, want } from "../api/client";
import { Problem, words } from "../api/problem";
import { keys } from "../api/queries";
import type { Config } from "../api/types";
import { text } from "../text";
import { Trouble } from "../ui/trouble";
import { ImageField, ProjectField, VolumesField } from "./choices";
import { type Draft, documentOf, placed } from "./draft";
import css from "./form.module.css";

/** The form itself. The server judges what was typed; its words appear at the fields. */
export function TaskForm({ config, start }: { config: Config; start: Draft }) {
  const [draft, setDraft] = useState(start);
  const form = useRef<HTMLFormElement>(null);
  const submit = useSubmit(config);
  const { fields, rest } = placed(submit.error instanceof Problem ? submit.error.fields : []);
  const set = (part: Partial<Draft>) => setDraft((old) => ({ ...old, ...part }));

  useEffect(() => {
    if (submit.isError) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [submit.isError]);

  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (!submit.isPending) submit.mutate(draft);
  };

  return (
    <form ref={form} className={css.form} onSubmit={onSubmit} noValidate>
      {submit.isError && <Refused error={submit.error} rest={rest} placed={Object.keys(fields).length > 0} />}
      <section className={`panel ${css.section}`} aria-label={text.form.sections.what}>
        <TextInput
          label={text.form.name}
          placeholder={text.form.namePlaceholder}
          autoFocus
          error={fields.name}
          value={draft.name}
          onChange={(e) => set({ name: e.currentTarget.value })}
        />
        <ImageField
          config={config}
          error={fields.image}
          value={draft.image}
          onChange={(image) => set({ image })}
        />
        <Textarea
          label={text.form.script}
          description={text.form.scriptHelp}
          error={fields.script}
          autosize
          minRows={8}
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
      <Group justify="flex-end">
        <Button variant="default" renderRoot={(props) => <Link to="/" {...props} />}>
          {text.form.cancel}
        </Button>
        <Button type="submit" loading={submit.isPending}>
          {text.form.submit}
        </Button>
      </Group>
    </form>
  );
}

function Refused({ error, rest, placed }: { error: Error; rest: string[]; placed: boolean }) {
  const sentence = rest.length > 0 ? rest.join("; ") : placed ? "" : words(error);
  return <Trouble title={text.form.refused}>{sentence || words(error)}</Trouble>;
}

function useSubmit(config: Config) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (draft: Draft) => want(client.POST("/task", { body: documentOf(draft, config) })),
    onSuccess: async ({ id }) => {
      void queries.invalidateQueries({ queryKey: keys.lists });
      await navigate({ to: "/task/$id", params: { id: String(id) } });
    },
  });
}
