// How the mock server runs a script: line by line, waiting where it says sleep.
const now = () => Date.now() / 1000;

/** Pretends to run a task. */
export async function run(engine, task) {
  await pause(0.5);
  engine.set(task, {}, { status: `pulling ${task.container.image}: 45 %` });
  await pause(0.7);
  if (task.status.primary === "over") return;
  engine.set(
    task,
    { primary: "running", date_running: now(), attempt: 1 },
    { status: "", meta: { Node: { Name: "node-3" }, State: {} } },
  );
  let code = 0;
  for (const line of task.command.cmd.split("\n")) {
    const [word, ...rest] = line.trim().split(" ");
    const said = `${rest
      .join(" ")
      .replace(/ *>&2$/, "")
      .replace(/^["']|["']$/g, "")}\n`;
    if (word === "sleep") await pause(Number(rest[0]));
    if (task.status.primary === "over") return;
    if (word === "echo") engine.say(task.id, line.endsWith(">&2") ? "stderr" : "stdout", said);
    if (word === "exit") {
      code = Number(rest[0]);
      break;
    }
  }
  finish(
    engine,
    task,
    code === 0 ? "succeeded" : "failed",
    code,
    code === 0 ? null : `the script ended with ${code}`,
  );
}

/** Ends a task. */
export function finish(engine, task, outcome, exitcode, reason) {
  const from = task.status.date_running;
  engine.set(
    task,
    {
      primary: "over",
      secondary: outcome === "killed" ? "killed" : "",
      outcome,
      exitcode,
      reason,
      date_over: now(),
      duration: from ? now() - from : 0,
    },
    { status: "", stats: { peak_ram: 21_400_000, cpu_seconds: 1.2 } },
  );
  engine.say(task.id, "stdout", "");
}

function pause(seconds) {
  return new Promise((done) => setTimeout(done, seconds * 1000));
}
