// Drives the page of a real server as a person would. GODOCKER_SERVER, _USER, _APIKEY and _IMAGE say
// where; without them there is nothing to test.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { audit, launch, open, shoot } from "./browser.mjs";
import { createTask, logIn, stateOf, until } from "./steps.mjs";

const {
  GODOCKER_SERVER: server,
  GODOCKER_USER: user,
  GODOCKER_APIKEY: key,
  GODOCKER_IMAGE: image,
} = process.env;
const skip = server ? false : "GODOCKER_SERVER is not set";
const slow = 60_000; // the first task may have to pull its image

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

test("a wrong password is refused with words", { skip }, async () => {
  const { page, complaints, close } = await open(browser, server);
  await page.goto("/");
  await page.getByLabel("User name").fill(user);
  await page.getByRole("textbox", { name: "Password" }).fill("not this");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("alert").waitFor();
  assert.match(await page.getByRole("alert").innerText(), /do not fit/);
  assert.deepEqual(await audit(page), []);
  await shoot(page, "login");
  assert.deepEqual(complaints, []);
  await close();
});

test("a task is created, seen running and seen to succeed, without a reload", {
  skip,
  timeout: 3 * slow,
}, async () => {
  const { page, complaints, close } = await open(browser, server);
  await logIn(page, user, key);
  const other = await open(browser, server); // the list, open at the same time somewhere else
  const watcher = other.page;
  await logIn(watcher, user, key);

  const name = `e2e good ${Date.now()}`;
  const script = [
    "echo line one",
    "sleep 1",
    "echo line two",
    "sleep 1",
    "echo line three",
    "sleep 1",
    "echo oops >&2",
  ];
  await createTask(page, { name, image, script: script.join("\n") }, (form) => audit(form));

  const row = watcher.getByRole("listitem").filter({ hasText: name });
  await row.waitFor({ timeout: 10_000 });
  const seen = new Set();
  const log = page.getByRole("region", { name: "stdout of the task" });
  await until(slow, async () => {
    seen.add(await stateOf(row));
    return (await log.innerText()).includes("line one");
  });
  assert.ok(!(await log.innerText()).includes("line three"), "the log came all at once, not live");
  await shoot(page, "task-running");
  await until(slow, async () => seen.add(await stateOf(row)) && (await stateOf(row)) === "Succeeded");
  assert.ok(seen.has("Running"), `the list never showed it running: ${[...seen]}`);
  await shoot(watcher, "list");

  await until(slow, async () => (await stateOf(page)) === "Succeeded");
  assert.match(await log.innerText(), /line one\nline two\nline three/);
  assert.equal(await page.getByText("Follow").count(), 0, "a task that is over is not followed");
  const details = await page.getByRole("region", { name: "Details" }).innerText();
  assert.match(details, /Exit code\s+0/);
  assert.match(details, /Image that ran\s+(\S+@)?sha256:[0-9a-f]{64}/);
  await page.getByText("stderr", { exact: true }).click();
  await page.getByRole("region", { name: "stderr of the task" }).getByText("oops").waitFor();

  await page.getByRole("tab", { name: "Files" }).click();
  await page.getByRole("link", { name: "Download god.log" }).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download god.log" }).click(),
  ]);
  assert.equal(download.suggestedFilename(), "god.log");
  await shoot(page, "files");
  assert.deepEqual([...complaints, ...other.complaints], []);
  await other.close();
  await close();
});

test("a failing task tells its exit code and why", { skip, timeout: 2 * slow }, async () => {
  const { page, complaints, close } = await open(browser, server);
  await logIn(page, user, key);
  const name = `e2e bad ${Date.now()}`;
  await createTask(page, { name, image, script: "echo before the end\nexit 3" });
  await until(slow, async () => (await stateOf(page)) === "Failed");
  assert.match(await page.getByRole("main").innerText(), /exit code 3/i);
  await shoot(page, "task-failed");
  await page.getByRole("link", { name: "All tasks" }).click();
  const row = page.getByRole("listitem").filter({ hasText: name });
  assert.match(await row.innerText(), /Failed[\s\S]*exit code 3/i);

  await page.getByLabel("Search tasks").fill(name);
  await page.waitForURL(/q=e2e/);
  await until(slow, async () => (await page.getByRole("listitem").count()) === 1);
  await page.reload();
  await until(slow, async () => (await page.getByRole("listitem").count()) === 1);
  assert.deepEqual(complaints, []);
  await close();
});

test("a running task is killed after a question", { skip, timeout: 2 * slow }, async () => {
  const { page, complaints, close } = await open(browser, server);
  await logIn(page, user, key);
  await createTask(page, { name: "e2e kill", image, script: "echo started\nsleep 300" });
  await page.getByRole("region", { name: "stdout" }).getByText("started").waitFor({ timeout: slow });
  await page.getByRole("button", { name: "Kill" }).click();
  assert.match(await page.getByRole("dialog").innerText(), /TERM, and KILL after/);
  assert.deepEqual(await audit(page), []);
  await shoot(page, "kill");
  await page.getByRole("button", { name: "Kill the task" }).click();
  await until(slow, async () => (await stateOf(page)) === "Killed");
  await page.getByRole("link", { name: "Edit and run again" }).click();
  assert.match(await page.getByLabel("Script").innerText(), /sleep 300/);
  assert.deepEqual(complaints, []);
  await close();
});

test("what the server refuses is said at its field", { skip }, async () => {
  const { page, complaints, close } = await open(browser, server);
  await logIn(page, user, key);
  await page.goto("/task/new");
  const script = page.getByLabel("Script");
  await script.fill("");
  await page.getByLabel("Name").focus();
  await page.keyboard.press("Control+Enter");
  await page.getByRole("alert").waitFor();
  assert.equal(await script.getAttribute("aria-invalid"), "true");
  await until(5000, () => script.evaluate((field) => field.contains(document.activeElement)));
  await page.getByText("Is empty: want the text of a script.").waitFor();
  assert.deepEqual(await audit(page), []);
  await shoot(page, "form-refused");
  assert.deepEqual(
    complaints.filter((c) => !c.includes("(Bad Request)")),
    [],
  );
  await close();
});
