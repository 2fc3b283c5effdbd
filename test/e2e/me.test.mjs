// One's own account and the projects, in light and dark.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { audit, launch, look, open, shoot } from "./browser.mjs";
import { logIn, until } from "./steps.mjs";

const {
  GODOCKER_SERVER: server,
  GODOCKER_USER: user,
  GODOCKER_APIKEY: key,
  GODOCKER_IMAGE: image,
  GODOCKER_COURSE: course,
} = process.env;
const skip = server ? false : "GODOCKER_SERVER is not set";
const slow = 60_000;

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

async function login(name, apikey) {
  const body = JSON.stringify({ user: name, apikey });
  const { status } = await fetch(`${server}/api/1.0/authenticate`, { method: "POST", body });
  return status;
}

test("two people in one browser", { skip, timeout: 2 * slow }, async () => {
  const [[ann, annKey], [bob, bobKey]] = course
    .split(" ")
    .slice(-3)
    .map((one) => one.split("="));
  const { page, close } = await open(browser, server);
  await logIn(page, ann, annKey);
  await page.goto("/task/new");
  await page.getByLabel("Name").fill("of ann");
  const other = await page.context().newPage();
  const log = (name, password) =>
    page.context().request.post("/api/1.0/authenticate", { data: { user: name, password } });
  const entered = await log(bob, bobKey);
  assert.ok(entered.ok(), await entered.text());
  await other.goto("/");
  await other.getByRole("button", { name: `Account of ${bob}` }).waitFor();
  await page.getByRole("heading", { name: `You are logged in as ${bob} now` }).waitFor();
  assert.deepEqual(await audit(page), []);
  await shoot(page, "elsewhere");
  await page.getByRole("button", { name: `Go on as ${bob}` }).click();
  await page.getByRole("button", { name: `Account of ${bob}` }).waitFor();
  assert.equal(await page.getByLabel("Name").inputValue(), "");

  // Who logs out in one tab does so in all.
  await other.getByRole("button", { name: `Account of ${bob}` }).click();
  await other.getByRole("menuitem", { name: "Log out" }).click();
  await page.getByRole("button", { name: "Log in" }).waitFor();
  await logIn(other, ann, annKey);
  await page.getByRole("button", { name: `Account of ${ann}` }).waitFor();
  assert.equal(await page.getByLabel("Name").inputValue(), "of ann");
  await close();
});

test("keys, ssh keys, registries and sessions", { skip, timeout: 2 * slow }, async () => {
  const [name, password] = course.split(" ").at(-1).split("=");
  const { page, complaints, close } = await open(browser, server);
  await logIn(page, name, password);
  await page.getByRole("button", { name: `Account of ${name}` }).click();
  await page.getByRole("menuitem", { name: "My account" }).click();

  const keys = page.getByRole("region", { name: "API keys" });
  await keys.getByRole("button", { name: "New key" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("e2e galaxy");
  await dialog.getByRole("combobox", { name: "It may" }).click();
  await page.getByRole("option", { name: /^Look/ }).click();
  await dialog.getByRole("combobox", { name: "It lasts" }).click();
  await page.getByRole("option", { name: "30 days" }).click();
  await dialog.getByRole("button", { name: "Make the key" }).click();
  const secret = await dialog.getByTestId("secret").innerText();
  assert.deepEqual(await audit(page), []);
  assert.equal(await login(name, secret), 200);
  await dialog.getByRole("button", { name: "I have it" }).click();
  await keys.getByText(/reads · .* until/).waitFor();
  assert.equal(await page.getByText(secret).count(), 0, "the key is shown once");
  await keys.getByRole("button", { name: "Remove e2e galaxy" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await keys.getByText("e2e galaxy").waitFor({ state: "hidden" });
  assert.equal(await login(name, secret), 401);

  const ssh = page.getByRole("region", { name: "ssh keys" });
  const folder = mkdtempSync(join(tmpdir(), "e2e-ssh-"));
  const pasted = ["one", "two"].map((comment) => {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", join(folder, comment)]);
    return readFileSync(join(folder, `${comment}.pub`), "utf8").trim();
  });
  const field = ssh.getByLabel("Add a public key");
  await field.fill("-----BEGIN OPENSSH PRIVATE KEY-----");
  await ssh.getByRole("button", { name: "Add" }).click();
  await ssh.getByText(/This is a private key/).waitFor();
  for (const text of pasted) {
    await field.fill(text);
    await ssh.getByRole("button", { name: "Add" }).click();
    await until(slow, async () => (await field.inputValue()) === "");
  }
  await field.fill(pasted[0]);
  await ssh.getByRole("button", { name: "Add" }).click();
  await ssh.getByText("You have this key already.").waitFor();
  await ssh.getByRole("button", { name: "Remove one" }).click();
  await ssh.getByRole("listitem").filter({ hasText: "one" }).waitFor({ state: "hidden" });
  await page.reload();
  await ssh.getByRole("listitem").filter({ hasText: "two" }).waitFor();
  assert.equal(await ssh.getByRole("listitem").count(), 1);

  const registries = page.getByRole("region", { name: "Registries" });
  await registries.getByRole("button", { name: "New login" }).click();
  await dialog.getByLabel("Registry", { exact: true }).fill("registry.example.org");
  await dialog.getByLabel("User name there").fill("me");
  await dialog.getByRole("textbox", { name: "Password or token" }).fill("sesame");
  await dialog.getByRole("button", { name: "Keep it" }).click();
  await registries.getByText(/as me/).waitFor();
  await registries.getByRole("button", { name: "Remove registry.example.org" }).click();
  await registries.getByText("You have no logins for registries.").waitFor();

  const other = await open(browser, server);
  await logIn(other.page, name, password);
  await page.reload();
  const sessions = page.getByRole("region", { name: "Sessions" });
  const foreign = sessions.getByRole("listitem").filter({ hasNotText: "this one" });
  await foreign.first().waitFor();
  await shoot(page, "me");
  while ((await foreign.count()) > 0) {
    const before = await foreign.count();
    await foreign.first().getByRole("button", { name: /^End/ }).click();
    await until(slow, async () => (await foreign.count()) < before);
  }
  const link = other.page.getByRole("link", { name: "Cluster" });
  await link.click({ timeout: 2000 }).catch(() => {}); // unless the page knows already
  await other.page.getByText("Your session has ended.").waitFor();
  await other.page.getByRole("button", { name: "Log in" }).waitFor();
  await other.close();
  await sessions.getByRole("button", { name: "End all" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "End all" }).click();
  await page.getByRole("button", { name: "Log in" }).waitFor();
  assert.deepEqual(complaints, []);
  await close();
});

test("the browser tells of a task that ends, if it was asked to", { skip, timeout: 2 * slow }, async () => {
  const { page, complaints, close } = await open(browser, server, { permissions: ["notifications"] });
  await page.addInitScript(() => {
    window.told = [];
    const Real = window.Notification;
    window.Notification = class {
      static permission = "granted";
      static requestPermission = () => Real.requestPermission();
      constructor(title, options) {
        window.told.push(`${title} | ${options.tag}`);
      }
      close() {}
    };
  });
  await logIn(page, user, key);
  await page.request.put(`/api/1.0/user/${user}/preference`, { data: {} });
  await page.goto("/me");
  const notices = page.getByRole("switch", { name: "Notices when a task ends" });
  await until(slow, () => notices.isEnabled());
  await notices.click();
  await until(slow, () => notices.isChecked());
  await page.reload();
  await notices.waitFor({ state: "attached" });
  await until(slow, () => notices.isChecked()); // kept by the server
  await page.getByRole("link", { name: "Recipes" }).click(); // of a task that is looked at it tells nothing
  await page.getByRole("heading", { name: "Recipes", exact: true }).waitFor();
  const data = { meta: { name: "e2e told" }, container: { image }, command: { cmd: "exit 4" } };
  const { id } = await (await page.request.post("/api/1.0/task", { data })).json();
  await until(slow, () => page.evaluate(() => window.told.length > 0));
  assert.deepEqual(await page.evaluate(() => window.told), [`Failed: e2e told | task-${id}`]);
  await page.goto("/me");
  await notices.click();
  await until(slow, async () => !(await notices.isChecked()));
  assert.deepEqual(complaints, []);
  await close();
});

test("an administrator makes a project, changes and removes it", { skip, timeout: 2 * slow }, async () => {
  const { page, complaints, close } = await open(browser, server);
  await logIn(page, user, key);
  await page.goto("/projects");
  await page.getByRole("link", { name: "New project" }).click();
  await page.getByLabel("Name").first().fill("e2e-lab");
  await page.getByLabel("Description").fill("Mice and models");
  await page.getByRole("combobox", { name: "Members", exact: true }).fill(`${user},nobody-here`);
  await page.getByRole("textbox", { name: "CPU hours" }).fill("2");
  await page.getByRole("button", { name: "Add a volume" }).click();
  await page.getByRole("region", { name: "Volumes" }).getByLabel("Name").fill("reads");
  await page.getByLabel("Folder on the nodes").fill("relative");
  await page.getByRole("button", { name: "Save project" }).click();
  await page.getByText(/No user "nobody-here" yet/).waitFor();
  assert.deepEqual(await audit(page), []);
  await page.getByRole("combobox", { name: "Members", exact: true }).press("Backspace"); // takes the last one away
  await page.getByLabel("Folder on the nodes").fill("/srv/reads");
  await page.getByRole("button", { name: "Save project" }).click();
  await page.getByRole("heading", { name: "e2e-lab" }).waitFor();
  await page.getByText("0 cpu s of 2 cpu h").waitFor();
  await page.getByRole("button", { name: `Let ${user} lead the project` }).click();
  await page.getByText("leads", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByRole("heading", { name: "Projects", exact: true }).waitFor();
  await page.getByRole("link", { name: "e2e-lab" }).waitFor({ state: "hidden" });
  assert.deepEqual(
    complaints.filter((c) => !c.includes("400")),
    [],
  );
  await close();
});

for (const colorScheme of ["light", "dark"]) {
  test(`the screens of accounts, recipes and projects, ${colorScheme}`, {
    skip,
    timeout: 2 * slow,
  }, async () => {
    const { page, complaints, close } = await open(browser, server, { colorScheme });
    await logIn(page, user, key);
    const answer = await page.request.get("/api/1.0/recipe");
    const recipe = (await answer.json())[0]?.id;
    const screens = {
      me: "/me",
      recipes: "/recipes",
      projects: "/projects",
      "project-new": "/projects/new",
      "recipe-new": "/recipes/new",
      ...(recipe && { recipe: `/recipes/${recipe}`, "recipe-edit": `/recipes/${recipe}/edit` }),
      project: "/projects/default",
      "project-missing": "/projects/nothing-there",
    };
    await look(page, screens, colorScheme);
    assert.deepEqual(
      complaints.filter((c) => !c.includes("nothing-there")),
      [],
    );
    await close();
  });
}
