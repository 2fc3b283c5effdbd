import { expect, test } from "vitest";
import { fitting, kindOf } from "./node";
import type { Node } from "./queries";

const node = (change: Partial<Node> = {}): Node => ({
  executor: "docker",
  name: "node1",
  cpu: 8,
  ram: 32,
  gpus: 0,
  held_cpu: 0,
  held_ram: 0,
  held_gpus: 0,
  tasks: 0,
  labels: { zone: "a" },
  down: false,
  reason: "",
  drained: false,
  reservations: [],
  ...change,
});

test.each([
  [{}, "free"],
  [{ tasks: 1, held_cpu: 2 }, "busy"],
  [{ tasks: 1, held_ram: 32 }, "full"],
  [{ drained: true, tasks: 1 }, "drained"],
  [{ down: true, drained: true }, "down"],
  [{ reservations: [{ active: true, for: ["ann"] } as NonNullable<Node["reservations"]>[number]] }, "kept"],
  [{ reservations: [{ active: false, for: ["ann"] } as NonNullable<Node["reservations"]>[number]] }, "free"],
])("what a node is %#", (change, want) => expect(kindOf(node(change as Partial<Node>))).toBe(want));

test("words are looked for in labels too", () => {
  const all = [node(), node({ name: "node2", labels: { zone: "b" } })];
  expect(fitting(all, "zone==b", "all").map(({ name }) => name)).toEqual(["node2"]);
  expect(fitting(all, "", "full")).toEqual([]);
});
