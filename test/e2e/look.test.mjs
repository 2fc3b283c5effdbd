// Every screen, in light and dark and on a phone: nothing that a person with a screen reader, a
// keyboard or tired eyes stumbles over, nothing that the page's policy forbids, nothing from elsewhere.
import assert from "node:assert/strict";
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

for (const colorScheme of ["light", "dark"]) {
  test(`every screen, ${colorScheme}`, { skip, timeout: 120_000 }, async () => {
    const { page, complaints, close } = await open(browser, server, { colorScheme });
    await logIn(page, user, key);
    await createTask(page, {
      name: `e2e look ${colorScheme}`,
      image,
      script: "echo hello\necho 'no such file' >&2\nexit 3",
    });
    await until(60_000, async () => (await stateOf(page)) === "Failed");
    const task = new URL(page.url()).pathname;

    await page.goto("/");
    await createTask(page, {
      name: "e2e look at an array",
      image,
      script: "exit $((GODOCKER_TASK_ID % 2))",
      array: "1:3",
    });
    await until(60_000, async () => (await stateOf(page)) === "Failed");
    const array = new URL(page.url()).pathname;
    const elements = page.getByRole("tabpanel").getByRole("listitem");
    assert.match(
      await page.getByRole("link", { name: "3", exact: true }).getAttribute("href"),
      /\/task\/\d+$/,
    );
    await page.getByRole("link", { name: "Show these" }).click();
    await until(10_000, async () => (await elements.count()) === 2);
    assert.match(await elements.first().innerText(), /\[1\]/); // in the order of the values
    assert.deepEqual(await audit(page), [], `the failed elements in ${colorScheme}`);
    await shoot(page, `elements-${colorScheme}`);
    await page.reload();
    await until(10_000, async () => (await elements.count()) === 2);
    await page.getByText("Pending", { exact: true }).first().click();
    await page.getByText("No element waits").waitFor();
    await page.getByText("All", { exact: true }).click();
    await page.getByRole("link", { name: "3", exact: true }).click();
    await page.getByRole("link", { name: /^Array #/ }).waitFor();
    await page.getByRole("heading", { name: "e2e look at an array [3]" }).waitFor();
    const element = new URL(page.url()).pathname;

    const screens = {
      list: "/",
      running: "/?state=running&q=nothing-like-this",
      form: "/task/new",
      task,
      array,
      element,
      compare: `/compare?a=${task.split("/").pop()}&b=${array.split("/").pop()}`,
      missing: "/task/999999999",
    };
    await look(page, screens, colorScheme);
    for (const tab of ["Script", "Files", "Use", "History"]) {
      await page.goto(task);
      await page.getByRole("tab", { name: tab }).click();
      await page.waitForTimeout(300);
      assert.deepEqual(await audit(page), [], `${tab} in ${colorScheme}`);
    }
    const missing = complaints.filter((c) => !c.includes("/task/999999999"));
    assert.deepEqual(missing, []);
    await close();
  });
}

test("the menu leads to the API reference, which shows this server's document", { skip }, async () => {
  const { page, complaints, close } = await open(browser, server);
  await logIn(page, user, key);
  await page.getByRole("button", { name: `Account of ${user}` }).click();
  await page.getByRole("menuitem", { name: "API reference" }).click();
  await page.locator(".swagger-ui .opblock-summary").first().waitFor();
  await shoot(page, "docs");
  assert.deepEqual(complaints, []);
  await page.goto("/");
  await page.getByRole("button", { name: `Account of ${user}` }).click();
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await page.getByRole("button", { name: "Log in" }).waitFor();
  await close();
});
