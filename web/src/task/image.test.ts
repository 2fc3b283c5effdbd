import { expect, test } from "vitest";
import { pageOf } from "./image";

test.each([
  ["debian", "https://hub.docker.com/_/debian"],
  ["debian:12", "https://hub.docker.com/_/debian"],
  ["docker.io/library/debian:12", "https://hub.docker.com/_/debian"],
  ["lab/tool:1.2@sha256:abc", "https://hub.docker.com/r/lab/tool"],
  ["quay.io/lab/tool:1", "https://quay.io/lab/tool"],
  ["reg.org:5000/tool", "https://reg.org:5000/tool"],
  ["other.org/lab/tool", undefined],
  ["localhost/tool", undefined],
])("the page of %s", (image, want) =>
  expect(pageOf(image, ["docker.io", "quay.io", "reg.org:5000"])).toBe(want));

test("without registries there are no pages", () => expect(pageOf("debian", [])).toBeUndefined());
