import { Button, Group, Select, Skeleton, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { client, want } from "../api/client";
import { useOnce } from "../api/once";
import { Problem, words } from "../api/problem";
import { configQuery, projectsQuery, sessionQuery, taskQuery } from "../api/queries";
import type { Config, Recipe, RecipeChange, RecipeInput, RecipeTask } from "../api/types";
import { type Draft, draftOf, placed, wrongOf } from "../form/draft";
import formCss from "../form/form.module.css";
import { About, Data, Inside, Where } from "../form/groups";
import { Needs, What } from "../form/taskform";
import { ArrayField } from "../form/when";
import { sentence } from "../format";
import { text } from "../text";
import { Failure } from "../ui/notice";
import { Narrow } from "../ui/screen";
import { useTitle } from "../ui/title";
import { Trouble } from "../ui/trouble";
import { recipeDraft, recipeTask } from "./convert";
import { Inputs } from "./inputs";
import { recipeQuery, recipesKey } from "./queries";

/** The screen that makes a recipe, of a task or of nothing, or changes one. */
export function EditRecipe({ id, from }: { id?: string; from?: number }) {
  const title = id ? text.recipe.edit : text.recipe.add;
  useTitle(title);
  const config = useQuery(configQuery);
  const recipe = useQuery({ ...recipeQuery(id ?? ""), enabled: id !== undefined });
  const task = useQuery({ ...taskQuery(from ?? 0), enabled: from !== undefined });
  const failed = [config, recipe, task].find((query) => query.isError && !query.data);
  const waits = !config.data || (id !== undefined && !recipe.data) || (from !== undefined && !task.data);
  return (
    <Narrow title={title}>
      {failed ? (
        <Failure error={failed.error} retry={() => void failed.refetch()} />
      ) : waits || !config.data ? (
        <Skeleton height={420} radius="md" />
      ) : (
        <Form
          key={id ?? from ?? ""}
          config={config.data}
          recipe={recipe.data}
          start={recipe.data ? recipeDraft(config.data, recipe.data) : draftOf(config.data, task.data)}
        />
      )}
    </Narrow>
  );
}

interface Head {
  name: string;
  description: string;
  project: string;
  inputs: RecipeInput[];
}

function Form({ config, recipe, start }: { config: Config; recipe?: Recipe; start: Draft }) {
  const [draft, setDraft] = useState(start);
  const [head, setHead] = useState<Head>({
    name: recipe?.name ?? start.name,
    description: recipe?.description ?? start.description,
    project: recipe?.project ?? "",
    inputs: recipe?.inputs ?? [],
  });
  const form = useRef<HTMLFormElement>(null);
  const save = useSave(recipe);
  const saveOnce = useOnce(save);
  const problems = save.error instanceof Problem ? save.error.fields : [];
  const own = (name: string) => problems.find(({ field }) => field === name)?.message;
  const { fields, rest } = placed(
    problems
      .filter(({ field }) => field.startsWith("task."))
      .map(({ field, message }) => ({ field: field.slice("task.".length), message })),
  );
  const change = (part: Partial<Head>) => setHead((old) => ({ ...old, ...part }));
  const bare = wrongOf(draft).env;
  const part = {
    config,
    draft,
    errors: { ...(bare && { env: bare }), ...fields },
    set: (some: Partial<Draft>) => setDraft((old) => ({ ...old, ...some })),
  };

  useEffect(() => {
    if (save.isError) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [save.isError]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (bare) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
    else saveOnce({ ...head, task: recipeTask(draft) });
  };
  return (
    <form ref={form} className={formCss.form} onSubmit={submit} noValidate>
      {save.isError && (
        <Trouble title={text.recipe.refused}>
          {problems.length === 0 ? sentence(words(save.error)) : rest.join(" ") || text.form.seeFields}
        </Trouble>
      )}
      <section className={`panel ${formCss.section}`} aria-label={text.recipe.sections.recipe}>
        <TextInput
          label={text.recipe.name}
          autoFocus
          error={own("name") && sentence(own("name") ?? "")}
          value={head.name}
          onChange={(e) => change({ name: e.currentTarget.value })}
        />
        <Textarea
          label={text.recipe.description}
          description={text.recipe.descriptionHelp}
          autosize
          minRows={2}
          error={own("description") && sentence(own("description") ?? "")}
          value={head.description}
          onChange={(e) => change({ description: e.currentTarget.value })}
        />
        <ShareField value={head.project} onChange={(project) => change({ project })} error={own("project")} />
      </section>
      <Inputs
        inputs={head.inputs}
        set={(inputs) => change({ inputs })}
        errors={problems.filter(({ field }) => field.startsWith("inputs"))}
      />
      <What {...part} scriptHelp={text.recipe.scriptHelp} nameLabel={text.recipe.taskName} />
      <Needs {...part} project={head.project || "default"} />
      <section className={`panel ${formCss.section}`} aria-label={text.form.array}>
        <ArrayField value={draft.array} onChange={(array) => part.set({ array })} error={fields.array} />
      </section>
      <Data {...part} />
      <Where {...part} />
      <Inside {...part} />
      <About {...part} />
      <Group justify="flex-end" className={formCss.buttons}>
        <Button variant="default" renderRoot={(props) => <Link to="/recipes" {...props} />}>
          {text.form.cancel}
        </Button>
        <Button type="submit" loading={save.isPending}>
          {text.recipe.saves}
        </Button>
      </Group>
    </form>
  );
}

interface ShareProps {
  value: string;
  onChange: (project: string) => void;
  error?: string;
}

/** Who else sees and uses the recipe. */
function ShareField({ value, onChange, error }: ShareProps) {
  const user = useQuery(sessionQuery).data;
  const projects = useQuery({ ...projectsQuery(user?.id ?? ""), enabled: user != null });
  const ids = (projects.data ?? []).map(({ id }) => id).filter((id) => id !== "default" || user?.admin);
  const names = [...new Set([...ids, ...(value ? [value] : [])])];
  return (
    <Select
      label={text.recipe.shared}
      description={text.recipe.sharedHelp}
      error={error && sentence(error)}
      allowDeselect={false}
      data={[
        { value: "", label: text.recipe.onlyMe },
        ...names.map((id) => ({
          value: id,
          label: id === "default" ? text.recipe.everybody : text.recipe.members(id),
        })),
      ]}
      value={value}
      onChange={(project) => onChange(project ?? "")}
    />
  );
}

function useSave(recipe?: Recipe) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (body: Head & { task: RecipeTask }) =>
      recipe
        ? want(client.PUT("/recipe/{id}", { params: { path: { id: String(recipe.id) } }, body: sent(body) }))
        : want(client.POST("/recipe", { body: sent(body) })),
    onSuccess: async ({ id }) => {
      void queries.invalidateQueries({ queryKey: recipesKey });
      await navigate({ to: "/recipes/$id", params: { id: String(id) } });
    },
  });
}

/** What is sent; what is empty of an input is left out. */
function sent({ inputs, ...rest }: Head & { task: RecipeTask }): RecipeChange {
  const bare = inputs.map((input) =>
    Object.fromEntries(Object.entries(input).filter(([, value]) => value !== "" && value != null)),
  );
  return { ...rest, inputs: bare } as RecipeChange;
}
