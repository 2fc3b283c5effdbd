import type { Config, NewTask, Recipe, RecipeTask } from "../api/types";
import { type Draft, documentOf, draftOf } from "../form/draft";

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
  const { requirements: needs, container, command } = task;
  const blank = draftOf(config);
  return {
    ...blank,
    name: task.name,
    tags: task.tags ?? [],
    image: container.image,
    script: command.cmd,
    cpu: needs.cpu ?? blank.cpu,
    ram: needs.ram ?? blank.ram,
    gpus: needs.gpus ?? 0,
    volumes: (container.volumes ?? []).map(({ name, acl }) => ({ name, acl: acl === "rw" ? "rw" : "ro" })),
    array: String(needs.array ?? ""),
    labels: needs.label ?? [],
    executor: needs.executor ?? "",
    lifespan: String(needs.maxlifespan ?? ""),
    warn: String((needs.resources as Record<string, string> | undefined)?.warn ?? ""),
    idle: String(needs.idle ?? ""),
    idleAction: needs.idle_action ?? "",
    retry: needs.retry ?? "",
    nice: needs.nice ?? 0,
    ports: (needs.ports ?? []).map(String),
    webPort: (config.web_port && needs.web_port) || "",
    network: container.network ?? true,
    uris: needs.uris ?? [],
    tmp: String(needs.tmpstorage ?? ""),
    root: container.root ?? false,
    pull: container.pull_policy ?? "",
    interactive: command.interactive ?? false,
    env: Object.entries(command.env ?? {}).map(([name, value]) => `${name}=${value}`),
  };
}
