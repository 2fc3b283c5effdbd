// A stand-in for the server, to work on the page without one: npm run mock, then open the address it
// prints (user "bob", password "bob"). It keeps tasks in memory and only understands scripts made of
// echo, warn (echo to stderr), sleep and exit.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { Engine } from "./engine.mjs";

const dist = fileURLToPath(new URL("../dist", import.meta.url));
const policy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";
const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".json": "application/json; charset=UTF-8",
};
const user = { id: "bob", uid: 1000, gid: 1000, email: "", admin: true, active: true, guest: false };
const config = {
  images: [
    { name: "Debian 12", url: "debian:12", interactive: false, default: true },
    { name: "Python", url: "python:3.13", interactive: false, default: false },
  ],
  volumes: [
    { name: "home", acl: "rw" },
    { name: "galaxy", acl: "ro" },
  ],
  defaults_cpu: 1,
  defaults_ram: 2,
  allow_user_images: process.env.MOCK_ANY_IMAGE === "1",
  version: "mock",
};
let likes = {};
const images = () => config.images.map((image) => ({ ...image, configured: true, date_used: null }));
const nodes = ["node-1", "node-2", "node-3"].map((name, i) => ({
  executor: "docker",
  name,
  cpu: 16,
  ram: 64,
  gpus: 0,
  held_cpu: 5 * i,
  held_ram: 20 * i,
  held_gpus: 0,
  tasks: i,
  labels: {},
  down: false,
  drained: false,
  reservations: [],
}));
// Shown until the server's own document is there.
const blank = {
  openapi: "3.1.0",
  info: { title: "GO-Docker", version: "mock" },
  paths: { "/api/1.0/config": { get: { responses: { 200: { description: "what pages need to know" } } } } },
};
const engine = new Engine(user, process.env.MOCK_SEED !== "0");

const json = (res, status, body) => {
  res.writeHead(status, { "Content-Type": "application/json; charset=UTF-8" });
  res.end(JSON.stringify(body));
};
const fail = (res, status, detail, errors) => json(res, status, { status, detail, msg: detail, errors });

function stream(req, res) {
  res.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
  res.write(": hello\n\n");
  const send = (event, id, data) =>
    res.write(`event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
  return { send, end: () => res.end(), gone: (f) => req.on("close", f) };
}

async function body(req) {
  let text = "";
  for await (const piece of req) text += piece;
  return text ? JSON.parse(text) : {};
}

async function api(req, res, path, query) {
  const at = `${req.method} ${path}`;
  if (at === "GET /config") return json(res, 200, config);
  if (at === "POST /authenticate") {
    const { user: id, password } = await body(req);
    if (id !== "bob" || password !== "bob") return fail(res, 401, "bad credentials");
    res.setHeader("Set-Cookie", "session=1; HttpOnly; SameSite=Strict; Path=/");
    return json(res, 200, { token: "t" });
  }
  if (!/session=1/.test(req.headers.cookie ?? "")) return fail(res, 401, "log in first");
  if (at === "GET /session") return json(res, 200, user);
  if (at === "DELETE /session") {
    res.setHeader("Set-Cookie", "session=0; Max-Age=0; Path=/");
    return json(res, 200, {});
  }
  if (at === "GET /user/bob/project") return json(res, 200, [{ id: "default" }, { id: "galaxy" }]);
  if (at === "GET /user/bob/preference") return json(res, 200, likes);
  if (at === "PUT /user/bob/preference") {
    likes = await body(req);
    return json(res, 200, likes);
  }
  if (at === "GET /image") return json(res, 200, images());
  if (at === "GET /node") return json(res, 200, nodes);
  if (at === "POST /why") return json(res, 200, { starts: true, reason: "", facts: [] });
  if (/^GET \/(recipe|user\/bob\/(key|session|registry|usage))$/.test(at)) return json(res, 200, []);
  if (at === "GET /project") return json(res, 200, [{ id: "galaxy", description: "", members: ["bob"] }]);
  if (at === "GET /task") return json(res, 200, engine.list(query));
  if (at === "GET /event") return engine.watch(stream(req, res));
  if (at === "POST /task") {
    const { errors, id } = engine.add(await body(req));
    return errors
      ? fail(res, 400, "the task is not valid", errors)
      : json(res, 200, { msg: "Task added", id });
  }
  if (at === "POST /task/act") return json(res, 200, engine.act(await body(req)));
  const [, id, rest] = path.match(/^\/task\/(\d+)(\/.*)?$/) ?? [];
  const task = engine.task(Number(id));
  if (!task) return fail(res, 404, `there is nothing at ${path}`);
  if (at === `DELETE /task/${id}`) return json(res, 200, engine.kill(task));
  if (!rest) return json(res, 200, task);
  if (rest === "/log")
    return engine.log(
      task,
      query.get("stream"),
      stream(req, res),
      req.headers["last-event-id"] ?? query.get("from"),
    );
  if (rest === "/lines") return json(res, 200, engine.lines(task, query.get("stream"), query.get("q")));
  if (rest === "/history") return json(res, 200, engine.history(task));
  if (rest === "/files/") return json(res, 200, engine.files(task));
  const text = engine.file(task, rest.slice("/files/".length));
  if (text === undefined) return fail(res, 404, "no such file");
  res.writeHead(200, { "Content-Type": "application/octet-stream" });
  res.end(text);
}

async function page(res, path) {
  const wanted = path === "/docs" || path === "/docs/" ? "/docs/index.html" : path;
  const name = extname(wanted) ? normalize(wanted) : "/index.html";
  const file = name === "/openapi.json" ? join(dist, "../../api", name) : join(dist, name);
  const bytes = await readFile(file).catch(() => (name === "/openapi.json" ? JSON.stringify(blank) : null));
  if (!bytes) return fail(res, 404, `there is nothing at ${path}`);
  res.writeHead(200, {
    "Content-Type": types[extname(name)] ?? "application/octet-stream",
    "Content-Security-Policy": policy,
  });
  res.end(bytes);
}

const server = createServer((req, res) => {
  const url = new URL(req.url, "http://mock");
  const prefix = "/api/1.0";
  const work = url.pathname.startsWith(prefix)
    ? api(req, res, url.pathname.slice(prefix.length), url.searchParams)
    : page(res, url.pathname);
  work?.catch((err) => fail(res, 500, String(err)));
});
server.listen(Number(process.env.PORT ?? 6544), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
