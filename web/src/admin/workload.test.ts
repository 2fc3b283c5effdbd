import { expect, test } from "vitest";
import type { Node } from "../cluster/queries";
import { fileOf, nodeLines } from "./workload";

const node = (cpu: number, labels = {}) => ({ cpu, ram: 4.04, gpus: 0, labels }) as Node;

test("nodes that are alike are one line", () =>
  expect(nodeLines([node(8), node(8), node(4, { zone: "a" }), node(0)])).toBe(
    '  - {count: 2, cpu: 8, ram: 4}\n  - {count: 1, cpu: 4, ram: 4, labels: {"zone":"a"}}',
  ));

test("the past is asked for by its days", () =>
  expect(
    fileOf({ nodes: "  - {cpu: 1}", policy: "fifo", past: true, from: "2026-01-01", to: "2026-01-08" }),
  ).toBe("nodes:\n  - {cpu: 1}\npolicy: fifo\nhistory: {from: 2026-01-01, to: 2026-01-08}\n"));
