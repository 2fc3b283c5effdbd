import type { Config, NewTask, Project, Recipe, Task, Volume } from "../api/types";
import { sentence } from "../format";
import { elementValue } from "../task/array";
import { text } from "../text";
import { isTooMany, rangeOf } from "./range";

/** A volume that a task is to have, and what it may do with it. */
export interface Mount {
  name: string;
  acl: "ro" | "rw";
}

/** What the form holds, as the person typed it. */
export interface Draft {
  name: string;
  description: string;
  image: string;
  script: string;
  cpu: number | string;
  ram: number | string;
  gpus: number | string;
  project: string;
  volumes: Mount[];
  tags: string[];
  array: string;
  after: string[];
  email: boolean;
  labels: string[];
  executor: string;
  lifespan: string;
  warn: string;
  idle: string; // of an interactive task; "" = as the site has it
  idleAction: string; // "" = as the site has it
  retry: number | string; // "" = as the site has it
  nice: number | string;
  ports: string[];
  webPort: number | string;
  network: boolean;
  uris: string[];
  tmp: string;
  root: boolean;
  pull: string; // "" = as the site has it
  env: string[]; // NAME=value
  interactive: boolean;
}

/** Reports whether a script has nothing but a first line that says what reads it, and comments. */
export function isHollow(script: string): boolean {
  return script.trim() !== "" && script.split("\n").every((line) => /^\s*(#.*)?$/.test(line));
}

const reserved = ["go-docker", "god-ftp"]; // mounted by the server itself

const plain = {
  name: "",
  description: "",
  gpus: 0,
  project: "default",
  volumes: [],
  tags: [],
  array: "",
  after: [],
  email: false,
  labels: [],
  executor: "",
  lifespan: "",
  warn: "",
  idle: "",
  idleAction: "",
  retry: "",
  nice: 0,
  ports: [],
  webPort: "",
  network: true,
  uris: [],
  tmp: "",
  root: false,
  pull: "",
  env: [],
  interactive: false,
} satisfies Partial<Draft>;

/** The form before anything was typed: the configuration's defaults, or another task's values. */
export function draftOf(config: Config, from?: Task): Draft {
  if (!from) {
    const images = config.images ?? [];
    return {
      ...plain,
      image: (images.find((image) => image.default) ?? images[0])?.url ?? "",
      script: "#!/bin/bash\n",
      cpu: config.defaults_cpu || 1,
      ram: config.defaults_ram || 1,
    };
  }
  const { requirements: needs, meta } = from;
  return {
    ...plain,
    ...askedFor(config, from),
    ...idleOf(config, needs),
    name: meta.name,
    description: meta.description ?? "",
    cpu: needs.cpu,
    ram: needs.ram,
    project: from.user.project || "default",
    tags: meta.tags ?? [],
    array: valuesOf(from),
    after: (needs.tasks ?? []).map(String),
    email: from.notify?.email ?? false,
  };
}

/** The part of a form that tasks and recipes fill in alike. */
export function askedFor(config: Config, { requirements: needs, container, command }: Task | Recipe["task"]) {
  return {
    image: container.image,
    script: command.cmd,
    gpus: needs.gpus ?? 0,
    volumes: (container.volumes ?? [])
      .filter(({ name }) => !reserved.includes(name))
      .map(({ name, acl }): Mount => ({ name, acl: acl === "rw" ? "rw" : "ro" })),
    labels: needs.label ?? [],
    executor: needs.executor ?? "",
    lifespan: String(needs.maxlifespan ?? ""),
    warn: String((needs.resources as Record<string, string> | undefined)?.warn ?? ""),
    retry: needs.retry ?? "",
    nice: needs.nice ?? 0,
    ports: (needs.ports ?? []).map(String),
    webPort: (config.web_port && needs.web_port) || "",
    network: container.network ?? true,
    uris: needs.uris ?? [],
    tmp: String(needs.tmpstorage ?? ""),
    root: container.root ?? false,
    pull: container.pull_policy ?? "",
    env: Object.entries(command.env ?? {}).map(([name, value]) => `${name}=${value}`),
    interactive: command.interactive ?? false,
  } satisfies Partial<Draft>;
}

/** When the task is idle, where that is not as the site has it anyway: the server writes its own in. */
export function idleOf(
  { idle: site }: Config,
  needs: { idle?: string; idle_action?: string },
): Pick<Draft, "idle" | "idleAction"> {
  const { idle: after = "", idle_action: action = "" } = needs;
  return {
    idle: after === site?.after ? "" : after,
    idleAction: action === site?.action ? "" : action,
  };
}

/** What changes in a draft that becomes one for people to log in to, or for a script again. */
export function turned(config: Config, draft: Draft, interactive: boolean): Partial<Draft> {
  const images = config.images ?? [];
  const fit = images.filter((image) => image.interactive === interactive);
  const known = images.find((image) => image.url === draft.image);
  if (fit.length === 0 || !known || known.interactive === interactive) return { interactive };
  return { interactive, image: (fit.find((image) => image.default) ?? fit[0])?.url ?? draft.image };
}

/** The elements of an array; an element becomes an array of its one value. */
function valuesOf(task: Task): string {
  const value = elementValue(task);
  return value === undefined ? (task.requirements.array?.values ?? "") : `${value}:${value}`;
}

/** The document that submits a draft; what is as the site has it anyway is left out. */
export function documentOf(draft: Draft): NewTask {
  const texts = (all: string[]) => all.map((one) => one.trim()).filter(Boolean);
  const env = Object.fromEntries(texts(draft.env).map(variable));
  return {
    meta: {
      name: draft.name.trim(),
      ...(draft.description.trim() && { description: draft.description.trim() }),
      tags: draft.tags,
    },
    user: { project: draft.project },
    notify: { email: draft.email },
    requirements: {
      cpu: Number(draft.cpu),
      ram: Number(draft.ram),
      ...(Number(draft.gpus) > 0 && { gpus: Number(draft.gpus) }),
      ...(draft.labels.length > 0 && { label: draft.labels }),
      array: { values: (!draft.interactive && draft.array.trim()) || null },
      tasks: texts(draft.after.flatMap((words) => words.split(","))),
      ...(draft.executor && { executor: draft.executor }),
      ...(draft.lifespan.trim() && { maxlifespan: draft.lifespan.trim() }),
      ...(draft.warn.trim() && { resources: { warn: draft.warn.trim() } }),
      ...(draft.interactive && draft.idle.trim() && { idle: draft.idle.trim() }),
      ...(draft.interactive && draft.idleAction && { idle_action: draft.idleAction }),
      ...(draft.retry !== "" && { retry: Number(draft.retry) }),
      ...(Number(draft.nice) !== 0 && { nice: Number(draft.nice) }),
      ...(draft.ports.length > 0 && { ports: texts(draft.ports) }),
      ...(draft.webPort !== "" && { web_port: Number(draft.webPort) }),
      ...(draft.uris.length > 0 && { uris: texts(draft.uris) }),
      ...(draft.tmp.trim() && { tmpstorage: draft.tmp.trim() }),
    },
    container: {
      image: draft.image.trim(),
      volumes: draft.volumes,
      ...(!draft.network && { network: false }),
      ...(draft.root && { root: true }),
      ...(draft.pull && { pull_policy: draft.pull }),
    },
    command: {
      interactive: draft.interactive,
      cmd: draft.interactive && isHollow(draft.script) ? "" : wholeLines(draft.script),
      ...(Object.keys(env).length > 0 && { env }),
    },
  };
}

/** A script as files have it: lines that end with a line feed, the last one too. */
function wholeLines(script: string): string {
  const text = script.replaceAll("\r\n", "\n");
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

function variable(text: string): [string, string] {
  const at = text.indexOf("=");
  return at < 0 ? [text, ""] : [text.slice(0, at).trim(), text.slice(at + 1)];
}

/** A volume that may be chosen, and whose it is. */
export interface Choice {
  name: string;
  acl: "ro" | "rw"; // the most that may be done with it
  mount: string;
  project: string; // whose members have it; "" = everybody
}

/** The volumes of the site and of a project. Where both have a name it is the site's. */
export function volumesOf(config: Config, project?: Project): Choice[] {
  const choice = (of: string) => (v: Volume) => ({
    name: v.name,
    acl: v.acl === "rw" ? ("rw" as const) : ("ro" as const),
    mount: v.name === "home" ? "/mnt/home" : v.mount || v.path || "",
    project: of,
  });
  const site = (config.volumes ?? []).map(choice(""));
  const own = (project?.volumes ?? []).map(choice(project?.id ?? ""));
  return [...site, ...own.filter(({ name }) => !site.some((v) => v.name === name))];
}

// Where the server's words about a field of the document belong in the form.
const places: Record<string, keyof Draft> = {
  "meta.name": "name",
  "meta.description": "description",
  "meta.tags": "tags",
  "user.project": "project",
  "requirements.cpu": "cpu",
  "requirements.ram": "ram",
  "requirements.gpus": "gpus",
  "requirements.array": "array",
  "requirements.array.values": "array",
  "requirements.tasks": "after",
  "requirements.label": "labels",
  "requirements.executor": "executor",
  "requirements.maxlifespan": "lifespan",
  "requirements.resources.warn": "warn",
  "requirements.idle": "idle",
  "requirements.idle_action": "idleAction",
  "requirements.retry": "retry",
  "requirements.failure_policy": "retry",
  "requirements.nice": "nice",
  "requirements.ports": "ports",
  "requirements.web_port": "webPort",
  "requirements.uris": "uris",
  "requirements.tmpstorage": "tmp",
  "notify.email": "email",
  "container.image": "image",
  "container.network": "network",
  "container.root": "root",
  "container.pull_policy": "pull",
  "container.volumes": "volumes",
  "command.cmd": "script",
  "command.interactive": "interactive",
  "command.env": "env",
};

export type Placed = Partial<Record<keyof Draft, string>>;

/** What is wrong with a draft whatever the server says. */
export function wrongOf(draft: Draft): Placed {
  const bare = draft.env.filter((one) => one.trim() && !/^\s*[^\s=]+\s*=/.test(one));
  const values = draft.interactive ? "" : draft.array.trim();
  return {
    ...(!(Number(draft.cpu) > 0) && { cpu: text.form.above }),
    ...(!(Number(draft.ram) > 0) && { ram: text.form.above }),
    ...(bare.length > 0 && { env: text.form.bare(bare.join(", ")) }),
    ...(values &&
      !rangeOf(values) && { array: isTooMany(values) ? text.form.arrayMost : text.form.arrayForm }),
  };
}

/** Sorts the server's complaints to the fields of the form; what has no field comes back as rest. */
export function placed(errors: { field: string; message: string }[]) {
  const fields: Placed = {};
  const rest: string[] = [];
  for (const { field, message } of errors) {
    const name = field.replace(/^body\./, "").replace(/\[.*$|\.\d+.*$/, "");
    const variable = /^command\.env\.(.+)$/.exec(name)?.[1];
    const place = variable ? "env" : places[name];
    const words = variable ? `${variable}: ${sentence(message)}` : sentence(message);
    if (!place) rest.push(`${name}: ${words}`);
    else fields[place] = fields[place] ? `${fields[place]} ${words}` : words;
  }
  return { fields, rest };
}
