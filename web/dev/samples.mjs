// Tasks that the mock server starts with: one of each way a task can be.
const names = [
  "Align reads",
  "Count k-mers",
  "Fold proteins",
  "Call variants",
  "Index genome",
  "Quality control",
];

const ways = [
  { primary: "over", outcome: "succeeded", exitcode: 0 },
  { primary: "over", outcome: "failed", exitcode: 3, reason: "the script ended with 3" },
  { primary: "over", outcome: "killed", secondary: "killed", exitcode: 137, reason: "Killed by bob" },
  {
    primary: "over",
    outcome: "out_of_memory",
    exitcode: 137,
    reason: "used 2.1 GB of the 2 GB it had asked for",
  },
  { primary: "over", outcome: "cannot_start", exitcode: null, reason: "no such image: debian:13x" },
  { primary: "archived", outcome: "succeeded", exitcode: 0 },
  { primary: "running", exitcode: null },
  {
    primary: "pending",
    exitcode: null,
    words: "waits for 8 CPUs: node-1 has 2 free, node-3 has 4; 3rd in the queue",
  },
];

export function samples(now) {
  return Array.from({ length: 120 }, (_, i) => sample(i + 1, now - (121 - i) * 431));
}

function sample(id, date) {
  const { words, ...way } = id > 112 ? ways[120 - id === 0 ? 7 : 120 - id === 1 ? 6 : id % 6] : ways[id % 6];
  const over = way.primary !== "pending" && way.primary !== "running";
  return {
    id,
    parent_task_id: null,
    date,
    user: { id: "bob", uid: 1000, gid: 1000, project: id % 3 ? "galaxy" : "default" },
    meta: { name: `${names[id % names.length]} ${id}`, description: "", tags: id % 2 ? ["rna"] : [] },
    requirements: { cpu: 1 + (id % 4), ram: 2, gpus: 0 },
    container: {
      image: id % 2 ? "debian:12" : "quay.io/biocontainers/samtools:1.21--h50ea8bc_0",
      id: null,
      meta: over ? { Node: { Name: `node-${id % 3}` }, State: {} } : null,
      stats: over ? { peak_ram: 812_000_000, cpu_seconds: 61 } : null,
      status: words ?? "",
      volumes: [{ name: "home", acl: "rw" }],
    },
    command: {
      interactive: false,
      cmd: "#!/bin/bash\nset -eu\nfor f in *.fastq; do\n  samtools index $f\ndone\n",
    },
    status: {
      secondary: null,
      reason: null,
      ...way,
      date_running: way.primary === "pending" ? undefined : date + 20,
      date_over: over ? date + 20 + id * 7 : null,
      duration: over ? id * 7 : undefined,
    },
    said: "reading…\n\u001b[32mdone\u001b[0m\n",
  };
}
