import type { Config, Task } from "../api/types";

/** The executor that has a task, or will have it. */
export function executorOf(
  config: Config | undefined,
  { container, requirements }: { container: { executor?: string }; requirements: { executor?: string } },
): string {
  return container.executor || named(config, requirements.executor ?? "");
}

/** Reports whether an executor, by what a task asks for, has an ability; undefined while that is unknown. */
export function able(config: Config | undefined, asked: string, ability: string): boolean | undefined {
  if (!config) return undefined;
  const each = config.executor_abilities as Record<string, string[]> | null | undefined;
  return each
    ? (each[named(config, asked)] ?? []).includes(ability)
    : config.executor_features?.includes(ability);
}

/** Reports whether the executor of a task has an ability; undefined while that is unknown. */
export function taskAble(config: Config | undefined, task: Task, ability: string): boolean | undefined {
  return able(config, executorOf(config, task), ability);
}

/** The name in what a task asks for, which may have a queue, too; the first is the default one. */
function named(config: Config | undefined, asked: string): string {
  return asked.split(":")[0] || config?.executors?.[0] || "";
}
