// The form of a new task as a scientist uses it, and recipes: one for a course of thirty.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { audit, launch, open, shoot } from "./browser.mjs";
import { createTask, logIn, stateOf, until } from "./steps.mjs";

const {
  GODOCKER_SERVER: server,
  GODOCKER_USER: user,
  GODOCKER_APIKEY: key,
  GODOCKER_IMAGE: image,
  GODOCKER_GOD: god,
  GODOCKER_COURSE: course,
} = process.env;
const skip = server ? false : "GODOCKER_SERVER is not set";
const slow = 60_000;
const run = promisify(execFile);

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

/** Asks the server as a program would. */
async function ask(token, method, path, body) {
  const answer = await fetch(`${server}/api/1.0${path}`, {
    method,
    headers: token ? { Authorization: `Bearer ${token}` } : {},
    body: body && JSON.stringify(body),
  });
  const document = await answer.json();
  assert.ok(answer.ok, `${method} ${path}: ${document.detail}`);
  return document;
}

async function tokenOf(name, apikey) {
  return (await ask("", "POST", "/authenticate", { user: name, apikey })).token;
}

const group = (page, name) => page.getByRole("button", { name });

test("the command beside the form submits the very same task", { skip, timeout: 2 * slow }, async () => {
  const { page, complaints, close } = await open(browser, server);
  await logIn(page, user, key);
  await page.goto("/task/new");
  await page.getByLabel("Name").fill("e2e it's a command");
  await page.getByLabel("Script").fill('#!/bin/bash\necho "$SAMPLE" $((6 * 7))\n: <<END\nEND');
  await page.getByRole("textbox", { name: "CPUs" }).fill("0.2");
  await page.getByRole("textbox", { name: "Memory" }).fill("0.25");
  await page.getByRole("checkbox", { name: "data" }).check();
  await group(page, /^Variables, files/).click();
  await page.getByRole("combobox", { name: "Variables" }).fill("SAMPLE=a 'b' $c");
  await page.keyboard.press("Enter");
  await group(page, /^Where, how long/).click();
  await page.getByLabel("Run for at most").fill("1h");
  await page.getByRole("textbox", { name: "Further attempts" }).fill("1");
  await group(page, /^Network and container/).click();
  await page.getByRole("checkbox", { name: "Network" }).uncheck();
  await group(page, /^Tags and notes/).click();
  await page.getByRole("textbox", { name: "Notes" }).fill("two\nlines");
  await page.getByRole("region", { name: "When it would start" }).getByText("has room").waitFor();
  await page
    .getByRole("region", { name: "When it would start" })
    .getByText(/^Now\.$/)
    .waitFor();
  assert.deepEqual(await audit(page), []);
  await shoot(page, "form-full");

  const command = await page.getByTestId("beside").innerText();
  const env = { ...process.env, GODOCKER_SERVER: server, GODOCKER_USER: user, GODOCKER_APIKEY: key };
  const path = `${god.replace(/\/god$/, "")}:${process.env.PATH}`;
  const { stdout } = await run("bash", ["-c", command], { env: { ...env, PATH: path } });
  const byCommand = /Job id is (\d+)/.exec(stdout)[1];

  await page.getByText("JSON", { exact: true }).click();
  const token = await tokenOf(user, key);
  const { id: byJSON } = await ask(
    token,
    "POST",
    "/task",
    JSON.parse(await page.getByTestId("beside").innerText()),
  );
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByRole("heading", { name: "e2e it's a command" }).waitFor();
  const byPage = /\/task\/(\d+)$/.exec(page.url())[1];

  const asked = ({ meta, notify, requirements, container, command }) => ({
    meta,
    notify,
    requirements,
    command,
    image: container.image,
    network: container.network,
    volumes: container.volumes.filter(({ name }) => name !== "go-docker"),
  });
  const [want, ...others] = await Promise.all(
    [byPage, byCommand, byJSON].map(async (id) => asked(await ask(token, "GET", `/task/${id}`))),
  );
  assert.equal(want.network, false);
  assert.equal(want.volumes[0].acl, "ro");
  for (const other of others) assert.deepEqual(other, want);
  await page
    .getByRole("region", { name: "stdout of the task" })
    .getByText("a 'b' $c 42")
    .waitFor({ timeout: slow });
  assert.deepEqual(complaints, []);
  await close();
});

test("a draft outlives the tab, and picks what it waits for", { skip, timeout: 2 * slow }, async () => {
  const { page, complaints, close } = await open(browser, server);
  await logIn(page, user, key);
  await createTask(page, { name: "e2e picked", image, script: "sleep 300" });
  const first = /\/task\/(\d+)$/.exec(page.url())[1];
  await page.goto("/task/new");
  await page.getByLabel("Name").fill("e2e draft");
  await page.getByLabel("Script").fill("#!/usr/bin/env python3\nprint('kept')");
  await page.getByRole("combobox", { name: "Start after" }).fill("picked");
  await page.getByRole("option", { name: `#${first} e2e picked` }).click();
  const token = await tokenOf(user, key);
  await ask(token, "DELETE", `/task/${first}`);
  await until(slow, async () =>
    (await page.getByTestId("beside").innerText()).includes(`--parent ok:${first}`),
  );
  await page.goto("/");
  await page.goto("/task/new");
  await page.getByText("This is a draft that you began").waitFor();
  assert.equal(await page.getByLabel("Name").inputValue(), "e2e draft");
  assert.match(await page.getByLabel("Script").innerText(), /print\('kept'\)/);
  assert.deepEqual(await audit(page), []);
  await page.getByRole("button", { name: "Start anew" }).click();
  await until(slow, async () => (await page.getByLabel("Name").inputValue()) === "");
  await page.goto("/");
  await page.goto("/task/new");
  await page.getByLabel("Name").waitFor();
  assert.equal(await page.getByText("This is a draft").count(), 0);
  assert.deepEqual(complaints, []);
  await close();
});

const inView = (place) =>
  place.evaluate((box) => {
    const { top, bottom } = box.getBoundingClientRect();
    return top >= 0 && bottom <= window.innerHeight;
  });

test("what is wrong in a folded group is shown there", { skip, timeout: slow }, async () => {
  const { page, close } = await open(browser, server);
  await logIn(page, user, key);
  await page.goto("/task/new");
  await page.getByLabel("Script").fill("true");
  await group(page, /^Variables, files/).click();
  const scratch = page.getByRole("textbox", { name: "Scratch space" });
  const { executor_features: features } = await page.evaluate(async () =>
    (await fetch("/api/1.0/config")).json(),
  );
  const able = features.includes("tmpstorage"); // of the one executor
  assert.equal(await scratch.count(), able ? 1 : 0);
  if (able) await scratch.fill("lots");
  await page.getByRole("combobox", { name: "Variables" }).fill("PATH=/evil");
  await page.keyboard.press("Enter");
  await group(page, /^Variables, files/).click(); // folds it
  await page.getByLabel("Script").focus();
  await page.keyboard.press("Control+Enter");
  await page.getByText(/The name PATH is not free/).waitFor();
  await until(5000, () =>
    page.getByRole("combobox", { name: "Variables" }).evaluate((field) => field === document.activeElement),
  );
  assert.equal((await page.getByLabel("Script").innerText()).trim(), "true");
  if (able) assert.equal(await scratch.getAttribute("aria-invalid"), "true");
  assert.deepEqual(await audit(page), []);
  await shoot(page, "form-wrong");

  // An answer that is lost says nothing of what became of the task.
  await page.route("**/api/1.0/task", (route) => route.abort());
  await page.getByRole("button", { name: "Run", exact: true }).focus();
  await page.keyboard.press("Enter");
  const alert = page.getByRole("alert").filter({ hasText: "may have been submitted all the same" });
  await alert.waitFor();
  await until(5000, () => inView(alert));
  await shoot(page, "form-unsure");
  await close();
});

test("an interactive task says when it is idle", { skip, timeout: 2 * slow }, async () => {
  const { page, close } = await open(browser, server);
  await logIn(page, user, key);
  await page.goto("/task/new");
  await page.getByLabel("Name").fill("e2e idle form");
  await group(page, /^Where, how long/).click();
  assert.equal(await page.getByLabel("Idle after").count(), 0);
  await page.getByRole("switch", { name: "Interactive" }).check({ force: true });
  await page.getByText("This site: never.").waitFor();
  await page.getByLabel("Idle after").fill("soon");
  await page.getByRole("combobox", { name: "What is done then" }).click();
  await page.getByRole("option", { name: "end it", exact: true }).click();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByText(/^Want a length of time such as [^.]*\.$/).waitFor();
  assert.equal(await page.getByLabel("Idle after").getAttribute("aria-invalid"), "true");
  assert.deepEqual(await audit(page), []);
  await shoot(page, "form-idle");
  await page.getByLabel("Idle after").fill("2h");
  await until(slow, async () =>
    /--idle 2h .*--idle-action end/s.test(await page.getByTestId("beside").innerText()),
  );
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByRole("heading", { name: "e2e idle form" }).waitFor();
  const id = /\/task\/(\d+)/.exec(page.url())[1];
  const token = await tokenOf(user, key);
  const { requirements } = await ask(token, "GET", `/task/${id}`);
  assert.deepEqual([requirements.idle, requirements.idle_action], ["2h", "end"]);
  await page.goto(`/task/new?from=${id}`);
  await group(page, /^Where, how long.*idle after 2h/).waitFor();
  await ask(token, "DELETE", `/task/${id}`);
  await close();
});

test("a course with 30 people: one recipe, everybody runs it, the leader watches", {
  skip,
  timeout: 5 * slow,
}, async () => {
  const people = course.split(" ").map((one) => one.split("="));
  const [[leader, leaderKey], ...rest] = people;
  assert.equal(people.length, 30);
  const admin = await tokenOf(user, key);
  await ask(admin, "POST", "/project", { id: "course", members: people.slice(0, 20).map(([name]) => name) });
  await ask(admin, "POST", "/project/course", { leaders: [leader] });

  // The leader adds the ten who came late.
  const { page, complaints, close } = await open(browser, server);
  await logIn(page, leader, leaderKey);
  await page.goto("/projects/course");
  await page.getByLabel("Add members").fill(
    rest
      .slice(19)
      .map(([name]) => name)
      .join(" "),
  );
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("heading", { name: "30 members" }).waitFor();

  // They make a task, and a recipe of it.
  await page.goto("/");
  const script = 'echo "$NAME counts $(wc -l < "$TABLE") lines, $TIMES times $MODE"';
  await createTask(page, { name: "count", image, script, cpu: 0.1 });
  await page.getByRole("link", { name: "Save as recipe" }).click();
  await page.getByLabel("Name of the recipe").fill("Count lines");
  await page.getByRole("combobox", { name: "Shared with" }).click();
  await page.getByRole("option", { name: "The members of course" }).click();
  await page.getByRole("textbox", { name: "Memory" }).fill("0.1");
  const inputs = [
    ["NAME", "Your name", "Text"],
    ["MODE", "How", "Choice"],
    ["TIMES", "How often", "Number"],
    ["TABLE", "Your table", "File"],
  ];
  for (const [i, [variable, label, kind]] of inputs.entries()) {
    await page.getByRole("button", { name: "Add an input" }).click();
    const input = page.getByRole("group", { name: `Input ${i + 1}`, exact: true });
    await input.getByLabel("Variable").fill(variable);
    await input.getByLabel("Label").fill(label);
    await input.getByRole("combobox", { name: "Kind" }).click();
    await page.getByRole("option", { name: kind }).click();
    if (kind !== "Choice") continue;
    await input.getByRole("combobox", { name: "Choices" }).fill("fast,exact");
    await page.keyboard.press("Enter");
  }
  assert.deepEqual(await audit(page), []);
  await shoot(page, "recipe-edit");
  await page.getByRole("button", { name: "Save recipe" }).click();
  await page.getByRole("heading", { name: "Count lines" }).waitFor();
  const recipe = /\/recipes\/(\d+)$/.exec(page.url())[1];
  await page.goto("/projects/course");

  // One of them does so in a browser, and what they write is never a part of the script.
  const [[student, studentKey], ...others] = rest;
  const one = await open(browser, server);
  await logIn(one.page, student, studentKey);
  await one.page.goto("/recipes");
  await one.page.getByRole("link", { name: "Count lines" }).click();
  assert.equal(await one.page.getByRole("link", { name: "Edit recipe" }).count(), 0);
  await one.page.getByLabel("Your name").fill('"; exit 9; $(id) `id`');
  await one.page.getByRole("button", { name: "Run", exact: true }).click();
  await one.page.getByText("Is missing: want a file.").waitFor();
  assert.deepEqual(await audit(one.page), []);
  await shoot(one.page, "recipe-run");
  await one.page.getByRole("combobox", { name: "How", exact: true }).click();
  await one.page.getByRole("option", { name: "exact" }).click();
  await one.page.getByRole("textbox", { name: "How often" }).fill("3");
  const chooser = one.page.waitForEvent("filechooser");
  await one.page.getByRole("button", { name: "Your table" }).click();
  const table = { name: "my table.csv", mimeType: "text/csv", buffer: Buffer.from("a\nb\nc\n") };
  await (await chooser).setFiles(table);
  await one.page.getByRole("button", { name: "Run", exact: true }).click();
  await one.page
    .getByText('"; exit 9; $(id) `id` counts 3 lines, 3 times exact')
    .first()
    .waitFor({ timeout: 2 * slow });
  await until(slow, async () => (await stateOf(one.page)) === "Succeeded");
  await one.page.goto("/projects/course");
  await one.page.getByText("others").or(one.page.getByText("100 %")).first().waitFor();
  assert.equal(await one.page.getByLabel("Add members").count(), 0);

  // The others from the command line and by program, all at once.
  const [[clicker, clickerKey], ...programs] = others;
  const env = {
    ...process.env,
    GODOCKER_SERVER: server,
    GODOCKER_USER: clicker,
    GODOCKER_APIKEY: clickerKey,
  };
  const set = ["NAME=me", "MODE=fast", "TIMES=1", "TABLE=/etc/hostname"].flatMap((value) => ["--set", value]);
  const { stdout } = await run(god, ["recipe", "run", "Count lines", ...set, "--wait"], { env });
  assert.match(stdout, /Job id is \d+/);
  const content = Buffer.from("a\nb\n").toString("base64");
  const all = await Promise.all(
    programs.map(async ([name, apikey]) => {
      const token = await tokenOf(name, apikey);
      const body = {
        inputs: { NAME: name, MODE: "fast", TIMES: "2" },
        files: { TABLE: { name: "t.csv", content } },
      };
      return [token, (await ask(token, "POST", `/recipe/${recipe}/task`, body)).id];
    }),
  );
  for (const [token, id] of all) {
    await until(3 * slow, async () => {
      const { status } = await ask(token, "GET", `/task/${id}`);
      if (status.primary === "over") assert.equal(status.outcome, "succeeded", status.reason);
      return status.primary === "over";
    });
  }

  // The leader sees who used how much, without a reload.
  const use = page.getByRole("region", { name: "Use by member" });
  await use.getByRole("row").filter({ hasText: "others" }).waitFor({ timeout: slow });
  await until(slow, async () => (await use.getByRole("row").count()) === 10); // eight, the others and the head
  assert.deepEqual(await audit(page), []);
  await shoot(page, "project");
  const foreign = await tokenOf(user, key);
  assert.ok((await ask(foreign, "GET", "/recipe")).some(({ id }) => String(id) === recipe));
  assert.deepEqual([...complaints, ...one.complaints.filter((c) => !c.includes("400"))], []);
  await one.close();
  await close();
});
