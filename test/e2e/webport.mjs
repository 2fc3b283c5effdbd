// What a task serves, opened from its page: a notebook, and one that tries to act for its viewer.
// Environment variables say where; webport_test.go, which starts this, sets them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { audit, launch, open, shoot } from "./browser.mjs";
import { logIn, until } from "./steps.mjs";

const {
  GODOCKER_SERVER: server,
  GODOCKER_API: direct,
  GODOCKER_USER: user,
  GODOCKER_APIKEY: key,
  GODOCKER_OTHERS_KEY: othersKey,
  GODOCKER_IMAGE: image,
} = process.env;
const shared = new URL(server).hostname === "127.0.0.1";
const slow = 60_000;

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

async function call(method, path, body, token) {
  const answer = await fetch(`${direct}/api/1.0${path}`, {
    method,
    body: body && JSON.stringify(body),
    headers: token ? { Authorization: `Bearer ${token}` } : {},
  });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
  return answer.json();
}

/** Submits a notebook and returns the id of its task. */
async function notebook(name, cmd = "sleep 2; /notebook 8888 >notebook.log 2>&1 &") {
  const { token } = await call("POST", "/authenticate", { user, apikey: key });
  const { id } = await call(
    "POST",
    "/task",
    {
      meta: { name },
      requirements: { cpu: 0.1, ram: 0.1, web_port: 8888 },
      container: { image },
      command: { interactive: true, cmd: `#!/bin/sh\n${cmd}\n` },
    },
    token,
  );
  return { id, token };
}

/** Opens the web port of a task from its page, in a new tab. */
async function opened(page, id) {
  await page.goto(`/task/${id}`);
  const button = page.getByRole("link", { name: "Open 8888" });
  await button.waitFor({ timeout: slow });
  const [tab] = await Promise.all([page.context().waitForEvent("page"), button.click()]);
  tab.setDefaultTimeout(slow);
  return tab;
}

test("a notebook runs a cell", { timeout: 5 * slow }, async () => {
  const { page, complaints, close } = await open(browser, server);
  await logIn(page, user, key);
  const { id, token } = await notebook("notebook");
  const tab = await opened(page, id); // before its server listens
  await tab.getByText("idle").waitFor();
  await tab.getByRole("button", { name: "Run" }).click();
  await tab.getByText("42", { exact: true }).waitFor();
  await tab.getByLabel("Cell").fill("2 + 3");
  await tab.keyboard.press("Enter");
  await tab.getByText("5", { exact: true }).waitFor();
  assert.equal(await tab.locator("#out").evaluate((out) => getComputedStyle(out).color), "rgb(0, 100, 0)");
  const at = new URL(tab.url());
  assert.notEqual(at.origin, server);
  assert.equal(at.pathname + at.search, "/lab?reset");
  assert.equal(at.hostname, shared ? "127.0.0.1" : `${id}.tasks.site.localhost`);
  await shoot(tab, `notebook-${shared ? "shared" : "host"}`);
  await shoot(page, `webport-${shared ? "shared" : "host"}`);
  assert.deepEqual(await audit(page), []);

  // The task sees its own cookie, and nothing of the installation.
  const { headers, host } = await tab.evaluate(async () => (await fetch("api/me")).json());
  assert.deepEqual(
    [headers.Cookie, headers.Authorization, host],
    [["_xsrf=2|token"], undefined, "localhost:8888"],
  );

  // What is open ends with the task, and says so.
  await call("DELETE", `/task/${id}`, undefined, token);
  await tab.getByText("gone").waitFor();
  await until(slow, async () => {
    await tab.reload();
    return tab.getByRole("heading", { name: "The task is over" }).isVisible();
  });
  assert.deepEqual(complaints, []);
  await close();
});

test("a hostile page gets nothing", { timeout: 5 * slow }, async () => {
  const { page, complaints, close } = await open(browser, server);
  await logIn(page, user, key);
  const { id, token } = await notebook("hostile");
  const tab = await opened(page, id);
  await tab.getByText("idle").waitFor();
  const before = (await page.context().cookies()).find(({ name }) => name === "god_session");
  const others = await fetch(`${direct}/api/1.0/authenticate`, {
    method: "POST",
    body: JSON.stringify({ user: "mallory", password: othersKey }),
  });
  const session = /god_session=([^;]+)/.exec(others.headers.get("set-cookie"))[1];
  const report = async (cookie) => {
    await tab.goto(
      `${new URL(tab.url()).origin}/hostile?${new URLSearchParams({ page: server, task: id, cookie })}`,
    );
    await until(slow, async () => (await tab.locator("#report").innerText()).startsWith("{"));
    return JSON.parse(await tab.locator("#report").innerText());
  };
  assert.deepEqual(await report(""), {
    cookies: shared ? `t${id}-_xsrf=2|token` : "_xsrf=2|token",
    read: "TypeError",
    blind: "TypeError",
    submit: "TypeError",
    kill: "TypeError",
    image: "refused",
    script: "refused",
    frame: "framed: not to be read",
    opener: "null",
    socket: "refused",
    ticket: "TypeError",
  });
  const { tasks } = await call("GET", "/task", undefined, token);
  assert.ok(!tasks.some(({ meta }) => meta.name === "stolen"));
  const { status } = await call("GET", `/task/${id}`, undefined, token);
  assert.deepEqual([status.primary, status.wish], ["running", undefined]);

  // A session that it adds to the viewer's is none that anything is done in.
  await report(session);
  const seen = await page.evaluate(async () => {
    const answer = await fetch("/api/1.0/session");
    return { status: answer.status, id: (await answer.json()).id };
  });
  assert.notEqual(seen.id, "mallory");
  const after = (await page.context().cookies()).filter(({ name }) => name === "god_session");
  assert.ok(after.some(({ value }) => value === before.value));
  assert.deepEqual(
    complaints.filter((line) => !line.includes("/session")),
    [],
  );
  await close();
});
