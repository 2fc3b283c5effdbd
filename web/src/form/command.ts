import type { NewTask } from "../api/types";

/** Quotes a word for a shell where it needs it. */
export function quoted(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The command line that submits the same task, with its script. */
export function commandOf(task: NewTask): string {
  const { meta, user, notify, requirements: needs, container, command } = task;
  const parts: string[] = [];
  const add = (flag: string, value: string | number | undefined) => {
    if (value !== undefined && value !== "") parts.push(`${flag} ${quoted(String(value))}`);
  };
  add("-n", meta.name);
  add("-d", meta.description);
  add("-t", meta.tags.join(","));
  if (user.project !== "default") add("-p", user.project);
  add("-i", container.image);
  add("-c", needs.cpu || undefined);
  add("-r", needs.ram || undefined);
  add("-g", needs.gpus);
  for (const { name, acl } of container.volumes) add("-v", acl === "ro" ? `${name}:ro` : name);
  add("-a", needs.array.values ?? "");
  add("--parent", needs.tasks.join(","));
  for (const label of needs.label ?? []) add("-l", label);
  add("--placement", needs.executor);
  add("--maxlifespan", needs.maxlifespan);
  add("--warn", needs.resources?.warn);
  add("--idle", needs.idle);
  add("--idle-action", needs.idle_action);
  add("--retry", needs.retry);
  add("--nice", needs.nice);
  add("--ports", (needs.ports ?? []).join(","));
  add("--web", needs.web_port);
  for (const uri of needs.uris ?? []) add("--uri", uri);
  add("--tmp_storage", needs.tmpstorage);
  add("--pull", container.pull_policy);
  for (const [name, value] of Object.entries(command.env ?? {})) add("--set", `${name}=${value}`);
  if (container.network === false) parts.push("--no-network");
  if (container.root) parts.push("--root");
  if (command.interactive) parts.push("--interactive");
  if (notify.email) parts.push("--notify");
  if (command.cmd === "") return `${["god job create", ...parts].join(" \\\n  ")}\n`;
  const end = delimiter(command.cmd);
  return `${["god job create", ...parts, "-s -"].join(" \\\n  ")} <<'${end}'\n${command.cmd}${end}\n`;
}

/** A line that ends the script and is not one of its own. */
function delimiter(script: string): string {
  const lines = new Set(script.split("\n"));
  let end = "END";
  for (let n = 2; lines.has(end); n++) end = `END${n}`;
  return end;
}
