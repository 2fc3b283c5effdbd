// What the mock server knows of tasks: it pretends to run them.
import { finish, run } from "./run.mjs";
import { samples } from "./samples.mjs";

const now = () => Date.now() / 1000;

export class Engine {
  tasks = new Map();
  logs = new Map(); // id → {stdout, stderr}
  watchers = new Set(); // event streams
  readers = new Set(); // log streams, as functions
  seq = 0;

  constructor(user, seeded) {
    this.user = user;
    if (seeded)
      for (const sample of samples(now())) this.keep({ ...sample, user: { ...sample.user, id: user.id } });
  }

  keep(task, logs = { stdout: task.said ?? "", stderr: "" }) {
    const { said, ...rest } = task;
    this.tasks.set(task.id, rest);
    this.logs.set(task.id, logs);
  }

  task(id) {
    return this.tasks.get(id);
  }

  list(query) {
    const limit = Number(query.get("limit") ?? 50);
    const before = Number(query.get("before") ?? 0) || Number.POSITIVE_INFINITY;
    const is = (name, value) => !query.get(name) || query.get(name) === value;
    const q = query.get("q")?.toLowerCase();
    const ids = query.get("ids")?.split(",").map(Number);
    const found = [...this.tasks.values()]
      .filter((t) => !ids || ids.includes(t.id))
      .filter((t) => t.id < before && is("state", t.status.primary) && is("project", t.user.project))
      .filter((t) => !query.get("tag") || t.meta.tags.includes(query.get("tag")))
      .filter((t) => !q || `${t.id} ${t.meta.name} ${t.container.image}`.toLowerCase().includes(q))
      .sort((a, b) => b.id - a.id);
    const tasks = found.slice(0, limit);
    return { tasks, next: found.length > limit ? tasks.at(-1).id : 0 };
  }

  add(doc) {
    const errors = [];
    if (!(doc.requirements.cpu > 0))
      errors.push({ field: "requirements.cpu", message: "must be more than 0" });
    if (doc.requirements.ram > 64)
      errors.push({ field: "requirements.ram", message: "no node has more than 64 GB" });
    if (!doc.container.image) errors.push({ field: "container.image", message: "choose an image" });
    if (!doc.command.cmd?.trim()) errors.push({ field: "command.cmd", message: "write a script" });
    if (errors.length > 0) return { errors };
    const id = Math.max(0, ...this.tasks.keys()) + 1;
    const task = {
      id,
      parent_task_id: null,
      date: now(),
      user: { uid: 1000, gid: 1000, ...doc.user, id: this.user.id },
      meta: { description: "", ...doc.meta },
      requirements: { gpus: 0, ...doc.requirements },
      container: { id: null, meta: null, stats: null, ...doc.container },
      command: doc.command,
      status: { primary: "pending", secondary: null, reason: null, exitcode: null, date_over: null },
    };
    this.keep(task);
    this.tell(task, "submitted");
    void run(this, this.task(id));
    return { id };
  }

  kill(task) {
    if (task.status.primary !== "over") {
      this.set(task, { secondary: "kill requested" });
      setTimeout(
        () => task.status.primary !== "over" && finish(this, task, "killed", 137, "Killed by bob"),
        400,
      );
    }
    return { id: task.id, status: task.status };
  }

  act({ do: deed, tag, tasks }) {
    for (const task of tasks.map((id) => this.task(id))) {
      if (deed === "kill") this.kill(task);
      if (deed === "tag") task.meta.tags = [...task.meta.tags, tag];
      if (deed === "untag") task.meta.tags = task.meta.tags.filter((other) => other !== tag);
    }
    return { msg: "", tasks, refused: [] };
  }

  lines(task, name, q) {
    const text = this.logs.get(task.id)[name ?? "stdout"];
    const lines = text ? text.replace(/\n$/, "").split("\n") : [];
    const has = (line) => q && line.toLowerCase().includes(q.toLowerCase());
    const matches = lines.flatMap((line, i) => (has(line) ? [i] : []));
    const offsets = lines.length > 0 ? [0] : [];
    return { size: text.length, lines: lines.length, every: 1000, offsets, found: matches.length, matches };
  }

  history(task) {
    const { date_running: started, date_over: ended, primary } = task.status;
    const event = (seq, date, state) => ({
      seq,
      date,
      kind: seq > 1 ? "moved" : "submitted",
      state,
      attempt: 1,
      text: "",
    });
    const events = [event(1, task.date, "pending")];
    if (started) events.push(event(2, started, "running"));
    if (ended) events.push(event(3, ended, primary));
    return { attempts: [], events };
  }

  set(task, status, container = {}) {
    task.status = { ...task.status, ...status };
    task.container = { ...task.container, ...container };
    this.tell(task, status.primary ? "moved" : "detail");
  }

  tell({ id, user, status }, kind) {
    const event = {
      seq: ++this.seq,
      date: now(),
      kind,
      task_id: id,
      user: user.id,
      project: user.project,
      primary: status.primary,
      state: status.primary,
      attempt: 1,
      text: "",
    };
    for (const watcher of this.watchers) watcher.send("task", event.seq, event);
  }

  watch(stream) {
    this.watchers.add(stream);
    stream.gone(() => this.watchers.delete(stream));
  }

  say(id, name, text) {
    this.logs.get(id)[name] += text;
    for (const read of this.readers) read(id);
  }

  log(task, name, stream, from) {
    let sent = Number(from ?? 0);
    const read = (id) => {
      if (id !== task.id) return;
      const text = this.logs.get(id)[name].slice(sent);
      sent += text.length;
      if (text) stream.send("log", sent, { text });
      const status = this.tasks.get(id).status;
      if (status.primary !== "over") return;
      this.readers.delete(read);
      stream.send("end", sent, status);
      stream.end();
    };
    this.readers.add(read);
    stream.gone(() => this.readers.delete(read));
    read(task.id);
  }

  files(task) {
    const { stdout, stderr } = this.logs.get(task.id);
    const file = (name, text) => ({ name, type: "file", size: text.length });
    return [file("cmd.sh", task.command.cmd), file("god.log", stdout), file("god.err", stderr)];
  }

  file(task, name) {
    const { stdout, stderr } = this.logs.get(task.id);
    return { "cmd.sh": task.command.cmd, "god.log": stdout, "god.err": stderr }[name];
  }
}
