// Arrays, and what can be asked for while a task runs and after it is over.
import assert from "node:assert/strict";
import { cpus } from "node:os";
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
const slow = 60_000;

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

test("an array runs to its end, and shows how far it is", { skip, timeout: 3 * slow }, async () => {
  const { page, complaints, close } = await open(browser, server);
  await logIn(page, user, key);
  const other = await open(browser, server);
  await logIn(other.page, user, key);

  const name = `e2e array ${Date.now()}`;
  const script = 'echo "value $GODOCKER_TASK_ID"; sleep 1; test "$GODOCKER_TASK_ID" != 5';
  await createTask(page, { name, image, script, array: "1:11:2%2" }, async () => {
    await page.getByText("6 elements: 1, 3, 5, 7, … 11; at most 2 at once").waitFor();
    return audit(page);
  });
  const row = other.page.getByRole("listitem").filter({ hasText: name });
  const seen = new Set();
  await until(2 * slow, async () => {
    for (const [words] of (await row.innerText()).matchAll(/(\d) of 6 over/g)) seen.add(words);
    return (await stateOf(row)) === "Failed";
  });
  assert.ok(seen.size >= 2, `the list showed no progress but ${[...seen]}`);
  assert.match(await row.innerText(), /1 of 6 elements did not succeed/);
  await until(slow, async () => (await stateOf(page)) === "Failed");

  const elements = page.getByRole("tabpanel").getByRole("listitem");
  await until(slow, async () => (await elements.count()) === 6);
  await until(slow, async () => (await elements.getByText("Succeeded").count()) === 5);
  assert.deepEqual(await audit(page), []);
  await shoot(page, "array");
  await elements.filter({ hasText: "[5]" }).getByRole("link").click();
  await page.getByRole("heading", { name: `${name} [5]` }).waitFor();
  await page.getByRole("region", { name: "stdout" }).getByText("value 5").waitFor();
  await page.getByRole("link", { name: /^Array #/ }).click();
  await page.getByRole("heading", { name, exact: true }).waitFor();
  assert.deepEqual([...complaints, ...other.complaints], []);
  await other.close();
  await close();
});

test("a task is suspended, resumed, begun again and submitted anew", {
  skip,
  timeout: 3 * slow,
}, async () => {
  const { page, complaints, close } = await open(browser, server);
  await logIn(page, user, key);
  await createTask(page, { name: "e2e hold", image, script: "echo started\nsleep 3\necho done" });
  await page.getByRole("region", { name: "stdout" }).getByText("started").waitFor({ timeout: slow });
  await page.getByRole("button", { name: "Suspend" }).click();
  await until(slow, async () => (await stateOf(page)) === "Suspended");
  assert.deepEqual(await audit(page), []);
  await shoot(page, "suspended");
  await page.getByRole("button", { name: "Resume" }).click();
  await until(slow, async () => (await stateOf(page)) === "Running");

  await page.getByRole("button", { name: "Reschedule" }).click();
  await page.getByRole("button", { name: "Begin again" }).click();
  await until(slow, async () => (await stateOf(page)) === "Succeeded");
  assert.match(await page.getByRole("region", { name: "Details" }).innerText(), /Attempt\s+2/);

  const first = page.url();
  await page.getByRole("button", { name: "Run again" }).click();
  await until(slow, async () => page.url() !== first && (await stateOf(page)) === "Succeeded");
  const id = first.split("/").pop();
  await page.getByRole("link", { name: `#${id}`, exact: true }).click();
  await page.waitForURL(first);
  assert.deepEqual(complaints, []);
  await close();
});

test("a failed task opens on what it complained of", { skip, timeout: 2 * slow }, async () => {
  const { page, complaints, close } = await open(browser, server);
  await logIn(page, user, key);
  await createTask(page, {
    name: "e2e complaint",
    image,
    script: "echo fine\necho 'no such file' >&2\nexit 3",
  });
  await until(slow, async () => (await stateOf(page)) === "Failed");
  await page.getByRole("img", { name: "has text" }).waitFor();
  await page.reload();
  await page.getByRole("region", { name: "stderr of the task" }).getByText("no such file").waitFor();
  await shoot(page, "task-stderr");
  assert.deepEqual(complaints, []);
  await close();
});

test("a script that does nothing is asked about, and a wrong array is said at its field", {
  skip,
}, async () => {
  const { page, close } = await open(browser, server);
  await logIn(page, user, key);
  await page.goto("/task/new");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByRole("dialog").getByText("does nothing").waitFor();
  assert.deepEqual(await audit(page), []);
  await page.getByRole("button", { name: "Go on writing" }).first().click();
  await page.getByRole("dialog").waitFor({ state: "hidden" });

  await page.getByLabel("Script").fill("true");
  await page.getByLabel("Array").fill("5:1");
  await page.getByText("That can be told when what is marked").waitFor();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await until(5000, async () => (await page.getByLabel("Array").getAttribute("aria-invalid")) === "true");
  await page.getByLabel("Array").fill("1:1000000000");
  await page.getByText("These are too many").first().waitFor();
  await page.getByLabel("Array").fill("");
  await page.getByRole("combobox", { name: "Start after" }).fill("ok:999999999");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByText("Task 999999999 does not exist.").waitFor();
  await shoot(page, "form-array");
  await page.goto("/task/999999999");
  await page.getByRole("link", { name: "Go to the tasks" }).click();
  await page.getByRole("heading", { name: "Tasks", exact: true }).waitFor();
  await close();
});

test("a task that waits says why, and what if it asked for less", { skip, timeout: 3 * slow }, async () => {
  const { page, complaints, close } = await open(browser, server);
  await logIn(page, user, key);
  const all = cpus().length;
  await createTask(page, { name: "e2e holder", image, script: "sleep 600", cpu: all });
  const holder = page.url();
  await until(slow, async () => (await stateOf(page)) === "Running");
  await page.goto("/");
  await createTask(page, { name: "e2e waiter", image, script: "true", cpu: all });
  const why = page.getByRole("region", { name: "Why it waits" });
  await why.getByText(/^Not enough resources available: waiting until/).waitFor({ timeout: slow });
  await why.getByText(/holds .* on nodes that could take it/).waitFor({ timeout: slow });
  await why.getByLabel("cpus").fill("0.5");
  await why.getByRole("button", { name: "Ask" }).click();
  await why.getByText(/waiting until 0.5 cpus/).waitFor();
  assert.deepEqual(await audit(page), []);
  await shoot(page, "why");
  const waiter = page.url();
  await page.goto(holder);
  await page.getByRole("button", { name: "Kill" }).click();
  await page.getByRole("button", { name: "Kill the task" }).click();
  await page.goto(waiter);
  await until(slow, async () => (await stateOf(page)) === "Succeeded");
  assert.equal(await why.count(), 0);
  assert.deepEqual(complaints, []);
  await close();
});
