// Written by hand after api/*.go until api/openapi.json exists; then `npm run generate`
// replaces this file with one of the same shape.

export interface paths {
  "/authenticate": {
    parameters: Params;
    post: { parameters: Params; requestBody: Body<S["Credentials"]>; responses: Answers<S["Token"]> };
  };
  "/session": {
    parameters: Params;
    get: { parameters: Params; requestBody?: never; responses: Answers<S["User"]> };
    delete: { parameters: Params; requestBody?: never; responses: Answers<unknown> };
  };
  "/config": {
    parameters: Params;
    get: { parameters: Params; requestBody?: never; responses: Answers<S["Config"]> };
  };
  "/task": {
    parameters: Params;
    get: { parameters: { query?: TaskQuery }; requestBody?: never; responses: Answers<S["Page"]> };
    post: { parameters: Params; requestBody: Body<S["NewTask"]>; responses: Answers<S["Added"]> };
  };
  "/task/{id}": {
    parameters: Params;
    get: { parameters: { path: { id: string } }; requestBody?: never; responses: Answers<S["Task"]> };
    delete: { parameters: { path: { id: string } }; requestBody?: never; responses: Answers<S["TaskStatus"]> };
  };
  "/user/{id}/project": {
    parameters: Params;
    get: { parameters: { path: { id: string } }; requestBody?: never; responses: Answers<S["Project"][]> };
  };
}

interface Params {
  query?: never;
  header?: never;
  path?: never;
  cookie?: never;
}

interface Body<T> {
  content: { "application/json": T };
}

interface Answers<T> {
  200: { headers: Record<string, unknown>; content: { "application/json": T } };
  default: { headers: Record<string, unknown>; content: { "application/json": S["Error"] } };
}

interface TaskQuery {
  state?: string;
  user?: string;
  project?: string;
  tag?: string;
  q?: string;
  before?: number;
  limit?: number;
}

type S = components["schemas"];

export interface components {
  schemas: {
    Added: { msg: string; id: number };
    Command: { interactive: boolean; cmd: string };
    Config: {
      images: S["Image"][] | null;
      volumes: S["Volume"][] | null;
      defaults_cpu: number;
      defaults_ram: number;
      allow_root: boolean;
      allow_user_images: boolean;
      version: string;
    };
    Container: {
      image: string;
      id: string | null;
      meta: { Node: { Name: string }; State: { ExitCode?: number } } | null;
      stats: { peak_ram: number; cpu_seconds: number } | null;
      status?: string;
      volumes: S["Volume"][] | null;
    };
    Credentials: { user: string; apikey?: string; password?: string };
    Error: {
      status: number;
      title: string;
      detail: string;
      msg: string;
      code: string;
      errors?: S["FieldError"][];
    };
    Event: {
      seq: number;
      date: number | null;
      kind: string;
      task_id: number;
      user: string;
      project: string;
      primary: string;
      state: string;
      attempt: number;
      text: string;
    };
    FieldError: { field: string; message: string };
    File: { name: string; type: string; size: number };
    Image: { name: string; url: string; interactive: boolean; default: boolean };
    Meta: { name: string; description: string; tags: string[] | null; rescheduled_from?: number };
    NewTask: {
      meta: { name: string; tags: string[] };
      user: { project: string };
      requirements: { cpu: number; ram: number };
      container: { image: string; volumes: { name: string; acl: string }[] };
      command: S["Command"];
    };
    Owner: { id: string; uid: number; gid: number; project: string };
    Page: { tasks: S["Task"][] | null; next: number };
    Project: { id: string; description?: string; prio?: number };
    Requirements: { cpu: number; ram: number; gpus: number };
    Status: {
      primary: string;
      secondary: string | null;
      reason: string | null;
      exitcode: number | null;
      date_running?: number | null;
      date_over: number | null;
      duration?: number;
      outcome?: string;
      attempt?: number;
    };
    Task: {
      id: number;
      parent_task_id: number | null;
      date: number | null;
      user: S["Owner"];
      meta: S["Meta"];
      requirements: S["Requirements"];
      container: S["Container"];
      command: S["Command"];
      status: S["Status"];
    };
    TaskStatus: { id: number; msg?: string; status: S["Status"] };
    Token: { token: string };
    User: { id: string; email: string; admin: boolean; active: boolean; guest: boolean };
    Volume: { name: string; acl?: string; path?: string; mount?: string };
  };
}
