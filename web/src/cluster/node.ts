import type { Node } from "./queries";

export type NodeKind = "down" | "drained" | "kept" | "full" | "busy" | "free";

/** What is most worth knowing of a node. */
export function kindOf(node: Node): NodeKind {
  if (node.down) return "down";
  if (node.drained) return "drained";
  if ((node.reservations ?? []).some((r) => r.active && (r.for ?? []).length > 0)) return "kept";
  const used = Math.max(part(node.held_cpu, node.cpu), part(node.held_ram, node.ram));
  if (used > 0.95) return "full";
  return node.tasks > 0 ? "busy" : "free";
}

/** A part of a whole from 0 to 1, or nothing of nothing. */
export function part(held: number, all: number): number {
  return all > 0 ? Math.min(1, held / all) : 0;
}

/** The nodes that fit words and a kind; words are looked for in names, executors and labels. */
export function fitting(nodes: Node[], words: string, kind: NodeKind | "all"): Node[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return nodes.filter((node) => {
    const labels = Object.entries(node.labels ?? {}).map(([name, value]) => `${name}==${value}`);
    const own = [node.name, node.executor, ...labels].join(" ").toLowerCase();
    return (kind === "all" || kindOf(node) === kind) && wanted.every((word) => own.includes(word));
  });
}
