import type { Known } from "./known";
import type { components } from "./schema";

// The page's own names for the wire's documents: the one place that follows a change of schema.
type Schemas = components["schemas"];

export type Attempt = Known<Schemas["Attempt"]>;
export type Config = Known<Schemas["Config"]>;
export type Door = Known<Schemas["Door"]>;
export type Event = Known<Schemas["Event"]>;
export type Project = Known<Schemas["Project"]>;
export type ProjectChange = Schemas["ProjectChange"];
export type Recipe = Known<Schemas["Recipe"]>;
export type RecipeChange = Schemas["RecipeChange"];
export type RecipeInput = Known<Schemas["RecipeInput"]>;
export type RecipeTask = Schemas["RecipeTask"];
export type Key = Known<Schemas["Key"]>;
export type Session = Known<Schemas["Session"]>;
export type Registry = Known<Schemas["Registry"]>;
export type DayUsage = Known<Schemas["DayUsage"]>;
export type MemberUsage = Known<Schemas["MemberUsage"]>;
export type Status = Known<Schemas["Status"]>;
export type Task = Known<Schemas["Task"]>;

/** What lists hold of a task; whole documents fit, too. Whatever is shown in a list may read no more. */
export type TaskRow = Pick<Task, "id" | "parent_task_id" | "date" | "user" | "meta" | "status"> & {
  requirements: Pick<Task["requirements"], "cpu" | "ram" | "gpus" | "array">;
  container: Pick<Task["container"], "image" | "status" | "meta" | "stats">;
};
export type Page = Omit<Known<Schemas["Page"]>, "tasks"> & { tasks: TaskRow[] | null };

export type User = Known<Schemas["User"]>;
export type WhatIf = Schemas["WhatIf"];
export type Why = Known<Schemas["Why"]>;
export type Volume = Known<Schemas["Volume"]>;

/** One entry of a folder. */
export interface File {
  name: string;
  type: string; // file or dir
  size: number; // bytes
  raw?: string; // the name as an address has it, where it is not UTF-8
}

/** What the event stream tells of a task; the description has no place for it. */
export interface TaskEvent {
  kind: string;
  task_id: number;
  user: string;
  project: string;
  primary: string;
}

/** The part of a task's document that the form fills in. */
export type NewTask = {
  meta: { name: string; description?: string; tags: string[] };
  user: { project: string };
  notify: { email: boolean };
  requirements: {
    cpu: number;
    ram: number;
    gpus?: number;
    label?: string[];
    array: { values: string | null };
    tasks: string[];
    executor?: string;
    maxlifespan?: string;
    idle?: string;
    idle_action?: string;
    resources?: Record<string, string>;
    retry?: number;
    nice?: number;
    ports?: string[];
    uris?: string[];
    tmpstorage?: string;
    web_port?: number;
  };
  container: {
    image: string;
    volumes: { name: string; acl: string }[];
    network?: boolean;
    root?: boolean;
    pull_policy?: string;
  };
  command: { interactive: boolean; cmd: string; env?: Record<string, string> };
};
