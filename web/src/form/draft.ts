import type { Config, NewTask, Task } from "../api/types";
import { sentence } from "../format";
import { elementValue } from "../task/array";

/** What the form holds, as the person typed it. */
export interface Draft {
  name: string;
  image: string;
  script: string;
  cpu: number | string;
  ram: number | string;
  project: string;
  volumes: string[];
  tags: string[];
  array: string;
  after: string;
  webPort: number | string;
  email: boolean;
  interactive: boolean;
}

/** Reports whether a script has nothing but a first line that says what reads it, and comments. */
export function isHollow(script: string): boolean {
  return script.trim() !== "" && script.split("\n").every((line) => /^\s*(#.*)?$/.test(line));
}

const reserved = ["go-docker", "god-ftp"]; // mounted by the server itself

/** The form before anything was typed: the configuration's defaults, or another task's values. */
export function draftOf(config: Config, from?: Task): Draft {
  if (!from) {
    const images = config.images ?? [];
    return {
      name: "",
      image: (images.find((image) => image.default) ?? images[0])?.url ?? "",
      script: "#!/bin/bash\n",
      cpu: config.defaults_cpu || 1,
      ram: config.defaults_ram || 1,
      project: "default",
      volumes: [],
      tags: [],
      array: "",
      after: "",
      webPort: "",
      email: false,
      interactive: false,
    };
  }
  return {
    name: from.meta.name,
    image: from.container.image,
    script: from.command.cmd,
    cpu: from.requirements.cpu,
    ram: from.requirements.ram,
    project: from.user.project || "default",
    volumes: (from.container.volumes ?? []).map((v) => v.name).filter((name) => !reserved.includes(name)),
    tags: from.meta.tags ?? [],
    array: valuesOf(from),
    after: (from.requirements.tasks ?? []).join(", "),
    webPort: (config.web_port && from.requirements.web_port) || "",
    email: from.notify?.email ?? false,
    interactive: from.command.interactive,
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

/** The document that submits a draft. A volume is asked for as widely as the configuration allows. */
export function documentOf(draft: Draft, config: Config): NewTask {
  const { interactive } = draft;
  const acl = new Map((config.volumes ?? []).map((v) => [v.name, v.acl]));
  return {
    meta: { name: draft.name.trim(), tags: draft.tags },
    user: { project: draft.project },
    notify: { email: draft.email },
    requirements: {
      cpu: Number(draft.cpu),
      ram: Number(draft.ram),
      array: { values: (!interactive && draft.array.trim()) || null },
      tasks: draft.after
        .split(",")
        .map((condition) => condition.trim())
        .filter(Boolean),
      ...(draft.webPort === "" ? {} : { web_port: Number(draft.webPort) }),
    },
    container: {
      image: draft.image.trim(),
      volumes: draft.volumes.map((name) => ({ name, acl: acl.get(name) || "ro" })),
    },
    command: {
      interactive,
      cmd: interactive && isHollow(draft.script) ? "" : draft.script.replaceAll("\r\n", "\n"),
    },
  };
}

// Where the server's words about a field of the document belong in the form.
const places: Record<string, keyof Draft> = {
  "meta.name": "name",
  "meta.tags": "tags",
  "user.project": "project",
  "requirements.cpu": "cpu",
  "requirements.ram": "ram",
  "requirements.array": "array",
  "requirements.array.values": "array",
  "requirements.tasks": "after",
  "requirements.web_port": "webPort",
  "notify.email": "email",
  "container.image": "image",
  "container.volumes": "volumes",
  "command.cmd": "script",
  "command.interactive": "interactive",
};

/** Sorts the server's complaints to the fields of the form; what has no field comes back as rest. */
export function placed(errors: { field: string; message: string }[]) {
  const fields: Partial<Record<keyof Draft, string>> = {};
  const rest: string[] = [];
  for (const { field, message } of errors) {
    const name = field.replace(/^body\./, "").replace(/\[.*$|\.\d+.*$/, "");
    const place = places[name];
    const words = sentence(message);
    if (!place) rest.push(`${name}: ${words}`);
    else fields[place] = fields[place] ? `${fields[place]} ${words}` : words;
  }
  return { fields, rest };
}
