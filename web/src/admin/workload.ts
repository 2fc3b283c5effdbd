import type { Node } from "../cluster/queries";

export const policies = ["fifo", "fairshare", "fairtree"] as const;

/** The nodes there are, as lines of a simulation's file: those that are alike together. */
export function nodeLines(nodes: readonly Node[]): string {
  const kinds = new Map<string, number>();
  for (const node of nodes) {
    if (!(node.cpu > 0)) continue;
    const labels = Object.entries(node.labels ?? {}).filter(([name]) => name !== "reservation");
    const parts = [
      `cpu: ${node.cpu}`,
      `ram: ${Math.round(node.ram * 10) / 10}`,
      node.gpus > 0 && `gpus: ${node.gpus}`,
      labels.length > 0 && `labels: ${JSON.stringify(Object.fromEntries(labels))}`,
    ];
    const kind = parts.filter(Boolean).join(", ");
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return [...kinds].map(([kind, count]) => `  - {count: ${count}, ${kind}}`).join("\n");
}

const sample = `users:
  - name: ann
    project: genomes
    tasks: {per_day: 600, burst: 150, hours: 8-12, cpu: [1, 2, 4], ram: 4, runs: {median: 40m, p95: 4h}, asks: 2}
  - name: bob
    project: climate
    tasks: {per_day: 12, cpu: [16, 32], ram: 64, runs: {median: 3h, p95: 12h}, asks: 1.5}
  - name: student
    count: 4
    project: course
    max_running: 4
    tasks: {per_day: 75, hours: 9-18, cpu: 1, ram: 2, runs: {median: 5m, p95: 1h}}
days: 7`;

/** The file that is simulated. */
export function fileOf(choice: {
  nodes: string;
  policy: string;
  past: boolean;
  from: string;
  to: string;
}): string {
  const work = choice.past ? `history: {from: ${choice.from}, to: ${choice.to}}` : sample;
  const nodes = (choice.past && choice.nodes) || "  - {count: 8, cpu: 32, ram: 128}";
  return `nodes:\n${nodes}\npolicy: ${choice.policy}\n${work}\n`;
}
