// An administrator's morning: who is who and may what, what happened, what runs where, and what would be.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { audit, launch, look, open, shoot } from "./browser.mjs";
import { createTask, logIn, stateOf, until } from "./steps.mjs";

const {
  GODOCKER_SERVER: server,
  GODOCKER_USER: user,
  GODOCKER_APIKEY: key,
  GODOCKER_IMAGE: image,
} = process.env;
const skip = server ? false : "GODOCKER_SERVER is not set";

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

test("an administrator's morning", { skip, timeout: 180_000 }, async () => {
  const { page, complaints, close } = await open(browser, server);
  await logIn(page, user, key);
  await createTask(page, { name: "e2e morning", image, script: "echo hello\nexit 3" });
  await until(60_000, async () => (await stateOf(page)) === "Failed");

  // By the palette to the dashboard: what just failed is counted, and why.
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Command palette" }).fill("dashb");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Dashboard", exact: true }).waitFor();
  const reasons = page.getByRole("region", { name: "Why tasks did not succeed" }).first();
  await reasons.getByRole("row").filter({ hasText: "3" }).first().waitFor();
  await page.keyboard.press("1"); // the last 24 hours
  await page.waitForURL(/span=day/);
  await page.getByRole("textbox", { name: "Project" }).fill("nothing-like-this");
  await page.waitForURL(/project=nothing-like-this/);
  await page.getByText("Every task in this time succeeded.").waitFor();
  await page.getByRole("button", { name: "Show all" }).click();
  await page.getByRole("button", { name: "Waiting and running as a table" }).click();
  await page.getByRole("columnheader", { name: "Running" }).waitFor();
  await page.getByRole("button", { name: "Waiting and running as a chart" }).click();
  await zoom(page);

  // A table as CSV is what is shown.
  await page.goto("/dashboard");
  await page.getByRole("heading", { name: "Use by user" }).waitFor();
  const waits = page.waitForEvent("download");
  await page.getByRole("button", { name: "Use by user as CSV" }).click();
  const csv = await readFile(await (await waits).path(), "utf8");
  assert.match(csv, /^User,Tasks,Failed,CPU hours,/);
  assert.match(csv, new RegExp(`^${user},\\d+,\\d+,`, "m"));

  // The node is drained; a task waits and the queue says why; then it is given back.
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await page.getByRole("heading", { name: "Cluster" }).waitFor();
  await page
    .getByRole("button", { name: /^Actions of/ })
    .first()
    .click();
  await page.getByRole("menuitem", { name: "Drain…" }).click();
  await page.getByLabel("Reason").fill("new disks");
  await page.getByRole("dialog").getByRole("button", { name: "Drain" }).click();
  await page.getByText("takes no new task: new disks").waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await createTask(page, { name: "e2e waits", image, script: "echo hello" });
  const waiting = new URL(page.url()).pathname;
  await page.getByRole("link", { name: "Cluster" }).click();
  const queue = page.getByRole("region", { name: "Queue" }).first();
  await queue.getByRole("link", { name: `#${waiting.split("/").pop()}` }).waitFor();
  await shoot(page, "cluster-drained");
  assert.deepEqual(await audit(page), []);

  // Suspended, it has no turn, and is there nevertheless.
  const suspended = await page.request.post(`/api/1.0${waiting}/suspend`);
  assert.ok(suspended.ok(), await suspended.text());
  const held = queue.getByRole("row").filter({ hasText: "Suspended: it waits until somebody resumes it" });
  await held.getByRole("rowheader", { name: "–" }).waitFor();
  await held.getByRole("link", { name: `#${waiting.split("/").pop()}` }).waitFor();
  await page.request.post(`/api/1.0${waiting}/resume`);
  await held.waitFor({ state: "detached" });
  await page
    .getByRole("button", { name: /^Remove reservation/ })
    .first()
    .click();
  assert.deepEqual(await audit(page), []);
  await page.getByRole("button", { name: "Give back", exact: true }).click();
  await page.getByText("No node is reserved or drained.").waitFor();
  await page.goto(waiting);
  await until(60_000, async () => (await stateOf(page)) === "Succeeded");

  // Maintenance is announced and ended.
  await page.goto("/admin/site");
  await page.getByRole("button", { name: "Begin maintenance…" }).click();
  const reason = page.getByLabel("Reason");
  await until(5000, () => reason.evaluate((field) => field === document.activeElement));
  await reason.fill("cleaning");
  await page.getByRole("button", { name: "Begin", exact: true }).click();
  await page.getByText("The site takes no tasks and starts none.").waitFor();
  await page.goto("/");
  await page.getByText(/The site is in maintenance.*cleaning/).waitFor();
  await page.goto("/task/new");
  await page.getByText(/The site is in maintenance.*cleaning/).waitFor();
  await page.getByText("Not now: no tasks are taken during maintenance.").waitFor();
  await page.goto("/admin/site");
  await page.getByRole("button", { name: "End maintenance" }).click();
  await page.getByText("The site takes tasks and starts them.").waitFor();

  // A person's priority is changed; the log tells it, and that there was maintenance.
  await page.goto("/admin");
  await page.getByRole("searchbox", { name: "Search users" }).fill(user);
  await page.getByRole("button", { name: `Change ${user}` }).click();
  assert.equal(await page.getByRole("cell", { name: "never" }).count(), 0, "they are seen, as they are here");
  await page.getByRole("textbox", { name: "Priority" }).fill("200");
  await page.getByText("From 0 to 100.").waitFor();
  await page.getByRole("textbox", { name: "Priority" }).fill("61");
  assert.deepEqual(await audit(page), []);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("cell", { name: "61", exact: true }).waitFor();
  await page.getByRole("link", { name: "Audit log" }).click();
  await page.getByRole("row").filter({ hasText: "priority: 50 → 61" }).waitFor();
  await page.getByRole("combobox", { name: "What" }).selectOption("Maintenance");
  await page.waitForURL(/action=maintenance/);
  await page.getByRole("row").filter({ hasText: "on cleaning" }).waitFor();
  await page.getByRole("row").filter({ hasText: "priority: 50" }).waitFor({ state: "detached" });

  await page.goto("/admin/nosuch");
  await page.getByText("There is nothing at this address").waitFor();

  // What another policy would do.
  await page.goto("/admin/simulation");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByRole("heading", { name: "By project" }).waitFor({ timeout: 30_000 });
  await page.getByRole("rowheader", { name: "genomes" }).waitFor();
  assert.deepEqual(complaints, []);
  await close();
});

/** Drags over the first chart: the time that is looked at becomes part of the address. */
async function zoom(page) {
  const chart = page.getByRole("figure", { name: /^Waiting and running/ }).locator(".u-over");
  await chart.waitFor();
  const box = await chart.boundingBox();
  await page.mouse.move(box.x + box.width * 0.3, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.7, box.y + box.height / 2, { steps: 5 });
  await page.mouse.up();
  await page.waitForURL(/from=\d+/);
  await page.getByRole("button", { name: "Show again what was before" }).click();
  await page.waitForURL((url) => !url.search.includes("from="));
}

for (const colorScheme of ["light", "dark"]) {
  test(`the administrator's screens, ${colorScheme}`, { skip, timeout: 120_000 }, async () => {
    const { page, complaints, close } = await open(browser, server, { colorScheme });
    await logIn(page, user, key);
    const screens = {
      dashboard: "/dashboard?span=day",
      cluster: "/cluster",
      users: "/admin",
      images: "/admin/images",
      site: "/admin/site",
      "audit-log": "/admin/audit",
      configuration: "/admin/configuration",
      simulation: "/admin/simulation",
    };
    await look(page, screens, colorScheme);
    await page.keyboard.press("Control+k");
    await page.getByRole("listbox", { name: "Command palette" }).waitFor();
    assert.deepEqual(await audit(page), [], `the palette in ${colorScheme}`);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    assert.deepEqual(await audit(page), [], `the shortcuts in ${colorScheme}`);
    assert.deepEqual(complaints, []);
    await close();
  });
}
