import { expect, test } from "vitest";
import type { Config } from "../api/types";
import { sample } from "../task/sample";
import { documentOf, draftOf, placed } from "./draft";

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

test("the server's words go to their fields", () => {
  const { fields, rest } = placed([
    { field: "requirements.cpu", message: "too many" },
    { field: "body.container.volumes[0].name", message: "unknown" },
    { field: "container.volumes.1", message: "missing" },
    { field: "requirements.label", message: "nobody has it" },
  ]);
  expect(fields).toEqual({ cpu: "too many", volumes: "unknown; missing" });
  expect(rest).toEqual(["requirements.label: nobody has it"]);
});
