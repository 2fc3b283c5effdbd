import { expect, test } from "vitest";
import type { Config } from "../api/types";
import { sample } from "../task/sample";
import { documentOf, draftOf, isHollow, placed, turned } from "./draft";

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
  expect(draftOf(config, task)).toMatchObject({ name: "task 7", script: "true", volumes: ["home"] });
});

test("the document asks for volumes as the configuration allows", () => {
  const doc = documentOf(
    { ...draftOf(config), volumes: ["home", "data"], cpu: "3", script: "a\r\nb" },
    config,
  );
  expect(doc.container.volumes).toEqual([
    { name: "home", acl: "rw" },
    { name: "data", acl: "ro" },
  ]);
  expect(doc.requirements.cpu).toBe(3);
  expect(doc.command.cmd).toBe("a\nb");
});

test("a web port, where the site opens them", () => {
  const served = sample(9);
  served.requirements.web_port = 8888;
  const open: Config = { ...config, web_port: "host" };
  expect(documentOf(draftOf(open, served), open).requirements.web_port).toBe(8888);
  expect(documentOf(draftOf(config, served), config).requirements).not.toHaveProperty("web_port");
  expect(documentOf(draftOf(open), open).requirements).not.toHaveProperty("web_port");
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
  const doc = documentOf({ ...draft, interactive: true }, site);
  expect(doc.command).toEqual({ interactive: true, cmd: "" });
  expect(doc.requirements.array.values).toBeNull();
  expect(documentOf({ ...draft, interactive: true, script: "#!/bin/sh\nx" }, site).command.cmd).toContain(
    "x",
  );
});

test("the server's words go to their fields", () => {
  const { fields, rest } = placed([
    { field: "requirements.cpu", message: "too many" },
    { field: "body.container.volumes[0].name", message: "unknown" },
    { field: "container.volumes.1", message: "missing" },
    { field: "requirements.label", message: "nobody has it" },
  ]);
  expect(fields).toEqual({ cpu: "Too many.", volumes: "Unknown. Missing." });
  expect(rest).toEqual(["requirements.label: Nobody has it."]);
});

test("an array, what it waits for and the e-mail", () => {
  const typed = { ...draftOf(config), array: " 1:9%2 ", after: "ok:12, align,", email: true };
  const doc = documentOf(typed, config);
  expect(doc.requirements).toMatchObject({ array: { values: "1:9%2" }, tasks: ["ok:12", "align"] });
  expect(doc.notify.email).toBe(true);
  expect(documentOf(draftOf(config), config).requirements).toMatchObject({
    array: { values: null },
    tasks: [],
  });
  expect(placed([{ field: "requirements.array.values", message: "has no elements" }]).fields.array).toBe(
    "Has no elements.",
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
