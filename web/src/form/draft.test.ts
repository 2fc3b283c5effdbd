import { expect, test } from "vitest";
import type { Config, Project } from "../api/types";
import { sample } from "../task/sample";
import { commandOf } from "./command";
import { documentOf, draftOf, idleOf, isHollow, placed, turned, volumesOf, wrongOf } from "./draft";

const config = {
  images: [
    { name: "Alpine", url: "alpine:3", interactive: false, default: false },
    { name: "Debian", url: "debian:12", interactive: false, default: true },
  ],
  volumes: [{ name: "home", acl: "rw" }, { name: "data" }],
  defaults_cpu: 2,
  defaults_ram: 4,
} as Config;

test("an empty form has the configuration's defaults", () => {
  expect(draftOf(config)).toMatchObject({ image: "debian:12", cpu: 2, ram: 4, project: "default" });
  expect(draftOf({ ...config, images: [] }).image).toBe("");
});

test("running again keeps what was asked, not what the server added", () => {
  const task = sample(7);
  task.container.volumes = ["home", "go-docker"].map((name) => ({ name, acl: "rw", path: "", mount: "" }));
  expect(draftOf(config, task)).toMatchObject({
    name: "task 7",
    script: "true",
    volumes: [{ name: "home", acl: "rw" }],
  });
});

test("a form that nobody changed asks for nothing but the plain", () => {
  expect(documentOf(draftOf(config))).toEqual({
    meta: { name: "", tags: [] },
    user: { project: "default" },
    notify: { email: false },
    requirements: { cpu: 2, ram: 4, array: { values: null }, tasks: [] },
    container: { image: "debian:12", volumes: [] },
    command: { interactive: false, cmd: "#!/bin/bash\n" },
  });
});

test("numbers are numbers, lines end, and variables are taken apart", () => {
  const draft = { ...draftOf(config), cpu: "3", script: "a\r\nb", env: ["A=1=2", "B", " C =x y"], retry: 0 };
  const doc = documentOf(draft);
  expect(doc.requirements).toMatchObject({ cpu: 3, retry: 0 });
  expect(doc.command.cmd).toBe("a\nb\n");
  expect(doc.command.env).toEqual({ A: "1=2", B: "", C: "x y" });
});

test("volumes of the site go before those of the project, each with its rights", () => {
  const project = {
    id: "lab",
    volumes: [
      { name: "data", acl: "rw" },
      { name: "reads", acl: "rw", path: "/r" },
    ],
  };
  expect(volumesOf(config, project as Project)).toEqual([
    { name: "home", acl: "rw", mount: "/mnt/home", project: "" },
    { name: "data", acl: "ro", mount: "", project: "" },
    { name: "reads", acl: "rw", mount: "/r", project: "lab" },
  ]);
});

test("a web port, where the site opens them", () => {
  const served = sample(9);
  served.requirements.web_port = 8888;
  const open: Config = { ...config, web_port: "host" };
  expect(documentOf(draftOf(open, served)).requirements.web_port).toBe(8888);
  expect(documentOf(draftOf(config, served)).requirements).not.toHaveProperty("web_port");
  expect(documentOf(draftOf(open)).requirements).not.toHaveProperty("web_port");
  expect(placed([{ field: "requirements.web_port", message: "too large" }]).fields.webPort).toBe(
    "Too large.",
  );
});

test("an interactive task has an image for it, and needs no script", () => {
  const shell = { name: "Shell", url: "shell:1", interactive: true, default: false };
  const site = { ...config, images: [...(config.images ?? []), shell] };
  const draft = { ...draftOf(site), array: "1:3" };
  expect(turned(site, draft, true)).toEqual({ interactive: true, image: "shell:1" });
  expect(turned(site, { ...draft, image: "shell:1" }, false)).toEqual({
    interactive: false,
    image: "debian:12",
  });
  expect(turned(site, { ...draft, image: "mine:1" }, true)).toEqual({ interactive: true });
  expect(turned(config, draft, true)).toEqual({ interactive: true });
  const doc = documentOf({ ...draft, interactive: true });
  expect(doc.command).toEqual({ interactive: true, cmd: "" });
  expect(doc.requirements.array.values).toBeNull();
  expect(documentOf({ ...draft, interactive: true, script: "#!/bin/sh\nx" }).command.cmd).toContain("x");
});

test("an interactive task says when it is idle, unless that is what the site says", () => {
  const site: Config = { ...config, idle: { after: "4h", action: "suspend", max: "12h" } };
  const typed = { ...draftOf(site), interactive: true, idle: " 2h ", idleAction: "end" };
  expect(documentOf(typed).requirements).toMatchObject({ idle: "2h", idle_action: "end" });
  expect(documentOf({ ...typed, interactive: false }).requirements).not.toHaveProperty("idle");
  expect(commandOf(documentOf(typed))).toContain("--idle 2h \\\n  --idle-action end");
  expect(idleOf(site, { idle: "4h", idle_action: "suspend" })).toEqual({ idle: "", idleAction: "" });
  expect(idleOf(site, { idle: "4h", idle_action: "end" })).toEqual({ idle: "", idleAction: "end" });
  expect(idleOf(site, { idle_action: "none" })).toEqual({ idle: "", idleAction: "none" });
  expect(placed([{ field: "requirements.idle_action", message: "want end" }]).fields.idleAction).toBe(
    "Want end.",
  );
});

test("the server's words go to their fields", () => {
  const { fields, rest } = placed([
    { field: "requirements.cpu", message: "too many" },
    { field: "body.container.volumes[0].name", message: "unknown" },
    { field: "container.volumes.1", message: "missing" },
    { field: "command.env.N", message: "too long" },
    { field: "requirements.label", message: "nobody has it" },
    { field: "requirements.ticket_share", message: "what is that" },
  ]);
  expect(fields).toEqual({
    cpu: "Too many.",
    volumes: "Unknown. Missing.",
    env: "N: Too long.",
    labels: "Nobody has it.",
  });
  expect(rest).toEqual(["requirements.ticket_share: What is that."]);
});

test("an array, what it waits for and the e-mail", () => {
  const typed = { ...draftOf(config), array: " 1:9%2 ", after: ["ok:12", "align,"], email: true };
  const doc = documentOf(typed);
  expect(doc.requirements).toMatchObject({ array: { values: "1:9%2" }, tasks: ["ok:12", "align"] });
  expect(doc.notify.email).toBe(true);
  expect(documentOf(draftOf(config)).requirements).toMatchObject({
    array: { values: null },
    tasks: [],
  });
  expect(placed([{ field: "requirements.array.values", message: "has no elements" }]).fields.array).toBe(
    "It has no elements.",
  );
});

test("an element that is copied is an array of its value", () => {
  const element = sample(8, {}, { parent_task_id: 7 });
  element.requirements.array = { ...element.requirements.array, values: "1:9", task_id: 4 };
  expect(draftOf(config, element).array).toBe("4:4");
});

test.each([
  ["#!/bin/bash\n", true],
  ["#!/bin/bash\n# later\n\n", true],
  ["#!/bin/bash\ntrue", false],
  ["", false], // the server says what is wrong with that
])("a script that does nothing: %j", (script, want) => expect(isHollow(script)).toBe(want));

test("what is wrong is told before the server is asked", () => {
  const fine = draftOf(config);
  expect(wrongOf(fine)).toEqual({});
  expect(wrongOf({ ...fine, env: ["A=1", "B=", "C=a=b"], array: "3" })).toEqual({});
  expect(Object.keys(wrongOf({ ...fine, cpu: "", ram: 0, env: ["bad"], array: "5:1" }))).toEqual([
    "cpu",
    "ram",
    "env",
    "array",
  ]);
  expect(wrongOf({ ...fine, array: "1:1000000000" }).array).toContain("too many");
  expect(wrongOf({ ...fine, array: "5:1", interactive: true })).toEqual({});
  expect(commandOf(documentOf({ ...fine, cpu: "" }))).not.toContain("-c 0");
});
