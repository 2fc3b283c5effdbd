import { Button, FileInput, Group, Select, Skeleton, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { client, want } from "../api/client";
import { useOnce } from "../api/once";
import { Problem, words } from "../api/problem";
import { keys, sessionQuery } from "../api/queries";
import type { Recipe, RecipeInput } from "../api/types";
import { Maintenance } from "../cluster/maintenance";
import { Refused, useRefusal } from "../form/refused";
import { bytes, sentence } from "../format";
import { preferencesQuery } from "../me/queries";
import { text } from "../text";
import { Amount } from "../ui/amount";
import { Code } from "../ui/code/code";
import { Unavailable } from "../ui/notice";
import { Back, Head, Subject } from "../ui/screen";
import { Sure } from "../ui/sure";
import { useTitle } from "../ui/title";
import { recipeQuery, recipesKey } from "./queries";
import css from "./recipe.module.css";

/** One recipe: what it asks for, and what it does with it. */
export function RecipePage({ id }: { id: string }) {
  const recipe = useQuery(recipeQuery(id));
  const user = useQuery(sessionQuery).data?.id ?? "";
  const likes = useQuery(preferencesQuery(user));
  useTitle(recipe.data?.name ?? text.recipe.title);
  if (recipe.data && !likes.isPending)
    return <Shown key={recipe.data.id} recipe={recipe.data} email={likes.data?.email ?? false} />;
  if (recipe.isError) return <Unavailable query={recipe} {...text.recipe.gone} />;
  return <Skeleton height={320} radius="md" />;
}

function Shown({ recipe, email }: { recipe: Recipe; email: boolean }) {
  return (
    <>
      <Back to="/recipes">{text.recipe.all}</Back>
      <Head title={recipe.name} about={recipe.description}>
        {recipe.mine && <Change recipe={recipe} />}
      </Head>
      <Maintenance />
      <div className={css.columns}>
        <RunForm recipe={recipe} email={email} />
        <section className={`panel ${css.does}`} aria-label={text.recipe.does}>
          <Subject title={text.recipe.does} />
          <dl className={`facts ${css.facts}`}>
            <dt>{text.task.facts.image}</dt>
            <dd className="mono">{recipe.task.container.image || text.recipe.siteImage}</dd>
            <dt>{text.task.facts.cpu}</dt>
            <dd>{recipe.task.requirements.cpu ?? text.recipe.siteDefault}</dd>
            <dt>{text.task.facts.ram}</dt>
            <dd>
              {recipe.task.requirements.ram
                ? text.unit.gb(recipe.task.requirements.ram)
                : text.recipe.siteDefault}
            </dd>
            <dt>{text.recipe.shared}</dt>
            <dd>{recipe.project || text.recipe.nobody}</dd>
          </dl>
          <Code label={text.task.script} value={recipe.task.command.cmd} />
        </section>
      </div>
    </>
  );
}

function Change({ recipe }: { recipe: Recipe }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => want(client.DELETE("/recipe/{id}", { params: { path: { id: String(recipe.id) } } })),
    onSuccess: async () => {
      await navigate({ to: "/recipes" });
      queries.removeQueries({ queryKey: [...recipesKey, String(recipe.id)] });
      void queries.invalidateQueries({ queryKey: recipesKey });
    },
  });
  return (
    <Group gap="xs">
      <Button
        variant="default"
        renderRoot={(props) => <Link to="/recipes/$id/edit" params={{ id: String(recipe.id) }} {...props} />}
      >
        {text.recipe.edit}
      </Button>
      <Sure
        button={(ask) => (
          <Button variant="default" c="var(--gd-bad)" onClick={ask}>
            {text.recipe.remove}
          </Button>
        )}
        act={remove}
        title={text.recipe.removeTitle(recipe.name)}
        cancel={text.recipe.keep}
        confirm={text.recipe.remove}
        danger
      >
        {recipe.project ? text.recipe.removeShared(recipe.project) : text.recipe.removeMine}
      </Sure>
    </Group>
  );
}

type Values = Record<string, string | File | null>;

function RunForm({ recipe, email }: { recipe: Recipe; email: boolean }) {
  const inputs = recipe.inputs ?? [];
  const address = useQuery(sessionQuery).data?.email;
  const [values, setValues] = useState<Values>(() =>
    Object.fromEntries(inputs.map(({ name, default: first }) => [name, first ?? ""])),
  );
  const [name, setName] = useState("");
  const run = useRun(recipe, email && Boolean(address));
  const runOnce = useOnce(run);
  const form = useRefusal(run.error);
  const { at, rest } = complaints(run.error, inputs);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    runOnce({ values, name });
  };
  return (
    <form
      ref={form}
      className={`panel ${css.form}`}
      onSubmit={submit}
      noValidate
      aria-label={text.recipe.runs}
    >
      {inputs.length === 0 && <p className={css.none}>{text.recipe.asksNothingHelp}</p>}
      {inputs.map((input, i) => (
        <InputField
          key={input.name}
          input={input}
          first={i === 0}
          value={values[input.name] ?? null}
          set={(value) => setValues((old) => ({ ...old, [input.name]: value }))}
          error={at[input.name]}
        />
      ))}
      <TextInput
        label={text.recipe.taskName}
        placeholder={recipe.task.name || recipe.name}
        value={name}
        onChange={(e) => setName(e.currentTarget.value)}
      />
      {run.isError && <Refused error={run.error}>{rest || text.form.seeFields}</Refused>}
      <Group justify="flex-end">
        <Button type="submit" loading={run.isPending}>
          {text.form.submit}
        </Button>
      </Group>
    </form>
  );
}

interface FieldProps {
  input: RecipeInput;
  first: boolean;
  value: string | File | null;
  set: (value: string | File | null) => void;
  error?: string;
}

function InputField({ input, first, value, set, error }: FieldProps) {
  const shared = {
    label: input.label || input.name,
    description: input.help || undefined,
    required: !input.optional,
    autoFocus: first,
    error,
  };
  const words = typeof value === "string" ? value : "";
  switch (input.kind) {
    case "choice":
      return (
        <Select
          {...shared}
          data={input.choices ?? []}
          searchable={(input.choices ?? []).length > 8}
          clearable={input.optional}
          value={words || null}
          onChange={(choice) => set(choice ?? "")}
        />
      );
    case "number":
      return (
        <Amount
          {...shared}
          min={input.min ?? undefined}
          max={input.max ?? undefined}
          value={words}
          onChange={(number) => set(String(number))}
        />
      );
    case "file":
      return (
        <FileInput
          {...shared}
          description={input.help || text.recipe.fileHelp}
          placeholder={text.recipe.choose}
          clearable
          value={value instanceof File ? value : null}
          onChange={set}
          valueComponent={({ value: file }) =>
            file && !Array.isArray(file) ? <span>{`${file.name} (${bytes(file.size)})`}</span> : null
          }
        />
      );
    default:
      return (
        <Textarea
          {...shared}
          rows={1}
          autosize
          maxRows={4}
          value={words}
          onChange={(e) => set(e.currentTarget.value.replaceAll("\n", " "))}
        />
      );
  }
}

/** The server's words, by the inputs that they are about, and the others. */
function complaints(error: Error | null, inputs: RecipeInput[]) {
  const at: Record<string, string> = {};
  if (!error) return { at, rest: "" };
  const rest: string[] = [];
  const fields = error instanceof Problem ? error.fields : [];
  for (const { field, message } of fields) {
    const name = /^inputs\.(.+)$/.exec(field)?.[1] ?? "";
    if (inputs.some((input) => input.name === name)) at[name] = sentence(message);
    else rest.push(`${field}: ${sentence(message)}`);
  }
  return { at, rest: fields.length === 0 ? sentence(words(error)) : rest.join(" ") };
}

function useRun(recipe: Recipe, email: boolean) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async ({ values, name }: { values: Values; name: string }) => {
      const inputs: Record<string, string> = {};
      const files: Record<string, { name: string; content: string }> = {};
      for (const [input, value] of Object.entries(values)) {
        if (value instanceof File) files[input] = { name: value.name, content: await base64(value) };
        else if (typeof value === "string" && value !== "") inputs[input] = value;
        else if (recipe.inputs?.find((i) => i.name === input)?.default) inputs[input] = ""; // emptied by hand
      }
      const body = { inputs, files, name, notify: { email } };
      return want(client.POST("/recipe/{id}/task", { params: { path: { id: String(recipe.id) } }, body }));
    },
    onSuccess: async ({ id }) => {
      void queries.invalidateQueries({ queryKey: keys.lists });
      await navigate({ to: "/task/$id", params: { id: String(id) } });
    },
  });
}

const most = 1_000_000; // bytes that the server takes with a task

async function base64(file: File): Promise<string> {
  if (file.size > most) throw new Error(text.recipe.tooLarge(file.name, bytes(most)));
  let binary = "";
  for (const byte of new Uint8Array(await file.arrayBuffer())) binary += String.fromCharCode(byte);
  return btoa(binary);
}
