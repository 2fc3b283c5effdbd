import type { components } from "./schema";

// The page's own names for the wire's documents: the one place that follows a change of schema.
type Schemas = components["schemas"];

export type Config = Schemas["Config"];
export type File = Schemas["File"];
export type NewTask = Schemas["NewTask"];
export type Page = Schemas["Page"];
export type Status = Schemas["Status"];
export type Task = Schemas["Task"];
export type TaskEvent = Schemas["Event"];
export type User = Schemas["User"];
export type Volume = Schemas["Volume"];
