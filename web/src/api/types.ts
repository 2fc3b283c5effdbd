import type { Known } from "./known";
import type { components } from "./schema";

// The page's own names for the wire's documents: the one place that follows a change of schema.
type Schemas = components["schemas"];

export type Attempt = Known<Schemas["Attempt"]>;
export type Config = Known<Schemas["Config"]>;
export type Door = Known<Schemas["Door"]>;
export type Event = Known<Schemas["Event"]>;
export type Page = Known<Schemas["Page"]>;
export type Status = Known<Schemas["Status"]>;
export type Task = Known<Schemas["Task"]>;
export type User = Known<Schemas["User"]>;
export type WhatIf = Schemas["WhatIf"];
export type Why = Known<Schemas["Why"]>;
export type Volume = Known<Schemas["Volume"]>;

/** One entry of a folder. */
export interface File {
  name: string;
  type: string; // file or dir
  size: number; // bytes
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
  meta: { name: string; tags: string[] };
  user: { project: string };
  notify: { email: boolean };
  requirements: {
    cpu: number;
    ram: number;
    array: { values: string | null };
    tasks: string[];
    web_port?: number;
  };
  container: { image: string; volumes: { name: string; acl: string }[] };
  command: { interactive: boolean; cmd: string };
};
