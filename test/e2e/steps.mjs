// What a person does on the page, in words.
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { shoot } from "./browser.mjs";

/** Asks again and again until the answer is yes. */
export async function until(ms, yes) {
  const end = Date.now() + ms;
  while (!(await yes())) {
    assert.ok(Date.now() < end, `not within ${ms} ms: ${yes}`);
    await pause(100);
  }
}

/** Logs a person in; the list is there afterwards. */
export async function logIn(page, user, password) {
  await page.goto("/");
  await page.getByLabel("User name").fill(user);
  await page.getByRole("textbox", { name: "Password" }).fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("heading", { name: "Tasks", exact: true }).waitFor();
}

/** Creates a task through the form; its page is there afterwards. */
export async function createTask(
  page,
  { name, image, script, array, cpu, interactive },
  audit,
  at = /\/task\/\d+$/,
) {
  await page
    .getByRole("link", { name: /New task|first task/ })
    .first()
    .click();
  await page.getByLabel("Name").fill(name);
  if (interactive) await page.getByRole("switch", { name: "Interactive" }).check({ force: true });
  await chooseImage(page, image);
  await page.getByLabel("Script").fill(script);
  if (cpu) await page.getByRole("textbox", { name: "CPUs" }).fill(String(cpu));
  if (array) await page.getByLabel("Array").fill(array);
  if (audit) assert.deepEqual(await audit(page), []);
  await shoot(page, "form");
  await page.getByRole("button", { name: "Run", exact: true }).evaluate((run) => {
    run.click();
    run.click(); // a double click submits once
  });
  await page.getByRole("heading", { name }).waitFor();
  assert.match(page.url(), at);
}

/** The image is typed where any is allowed, and chosen where a list is given. */
async function chooseImage(page, image) {
  const field = page
    .getByRole("combobox", { name: "Image" })
    .or(page.getByRole("textbox", { name: "Image" }))
    .first();
  await field.fill(image);
  const option = page.getByRole("option").filter({ hasText: image }).first();
  if (await option.isVisible()) await option.click();
  await page.keyboard.press("Escape");
}

/** The word for the state that a row, or a task's page, shows. */
export async function stateOf(place) {
  return (await place.getByTestId("state").first().innerText()).trim();
}
