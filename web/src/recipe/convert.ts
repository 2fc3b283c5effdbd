import type { Config, NewTask, Recipe, RecipeTask } from "../api/types";
import { askedFor, type Draft, documentOf, draftOf } from "../form/draft";

/** What a recipe fixes of a task that a form describes. */
export function recipeTask(draft: Draft): RecipeTask {
  const { meta, requirements, container, command }: NewTask = documentOf(draft);
  const { array, tasks: _, label, ...needs } = requirements;
  return {
    name: meta.name,
    tags: meta.tags,
    requirements: { ...needs, ...(label && { label }), ...(array.values && { array: array.values }) },
    container,
    command: {
      cmd: command.cmd,
      ...(command.interactive && { interactive: true }),
      ...(command.env && { env: command.env }),
    },
  } as RecipeTask;
}

/** The form of a recipe's task. */
export function recipeDraft(config: Config, { task }: Recipe): Draft {
  const { requirements: needs } = task;
  const blank = draftOf(config);
  return {
    ...blank,
    ...askedFor(config, task),
    name: task.name,
    tags: task.tags ?? [],
    cpu: needs.cpu ?? blank.cpu,
    ram: needs.ram ?? blank.ram,
    array: String(needs.array ?? ""),
    idle: String(needs.idle ?? ""),
    idleAction: needs.idle_action ?? "",
  };
}
