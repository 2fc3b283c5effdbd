// A person's shell on the page: it is what ssh gives, and it is found again after the network broke and
// after the server was restarted.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { audit, launch, open, shoot } from "./browser.mjs";
import { createTask, logIn, until } from "./steps.mjs";

const {
  GODOCKER_SERVER: server,
  GODOCKER_USER: user,
  GODOCKER_APIKEY: key,
  GODOCKER_IMAGE: image,
  GODOCKER_RESTART: restart,
} = process.env;
const skip = server ? false : "GODOCKER_SERVER is not set";
const slow = 60_000;

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

/** What the shell that is shown has on its screen. */
const screen = (page) => page.locator(".xterm-rows:visible").innerText();

/** Types a line, and waits for what the shell answers. */
async function ask(page, line, answer) {
  await page.keyboard.type(`${line}\n`);
  await sees(page, answer);
}

/** Reports whether all lines of the shell are to be seen whole. */
const whole = (page) =>
  page.locator(".xterm:visible").evaluate((xterm) => {
    const place = xterm.parentElement.getBoundingClientRect();
    return xterm.querySelector(".xterm-rows").lastChild.getBoundingClientRect().bottom <= place.bottom;
  });

const sees = (page, answer) => until(slow, async () => (await screen(page)).match(answer));
const live = (page) => page.getByText("Connected. The shell goes on").filter({ visible: true }).waitFor();

test("a terminal is found again as it was left", { skip, timeout: 4 * slow }, async () => {
  const { page, complaints, close } = await open(browser, server);
  await logIn(page, user, key);
  await createTask(
    page,
    { name: "e2e terminal", image, interactive: true, script: "sleep 2" },
    (form) => audit(form),
    /\/task\/\d+\/terminal$/,
  );
  await page.getByText("The terminal opens by itself").waitFor();
  assert.deepEqual(await audit(page), []);
  await shoot(page, "terminal-waiting");
  await page.getByRole("tab", { name: "Shell 1" }).waitFor({ timeout: slow });
  await live(page);

  await ask(page, 'kept=$((40+2)); echo "<$kept>"; tty', /<42>[\s\S]*\/dev\/pts/);
  await page.setViewportSize({ width: 900, height: 600 });
  let small;
  await until(slow, async () => {
    await page.keyboard.type("stty size\n");
    const all = [...(await screen(page)).matchAll(/^(\d+) (\d+)\s*$/gm)];
    small = all.at(-1);
    return small && Number(small[2]) < 110;
  });
  await page.setViewportSize({ width: 1280, height: 800 });
  await until(slow, async () => {
    await page.keyboard.type("stty size\n");
    const last = [...(await screen(page)).matchAll(/^(\d+) (\d+)\s*$/gm)].at(-1);
    return Number(last[2]) > Number(small[2]) && Number(last[1]) > Number(small[1]);
  });

  for (const height of [790, 797, 805, 800]) {
    await page.setViewportSize({ width: height === 797 ? 390 : 1280, height });
    await page.waitForTimeout(100);
    await until(slow, () => whole(page));
  }

  await page.getByRole("button", { name: "New shell" }).click();
  await page.getByRole("tab", { name: "Shell 2", selected: true }).waitFor();
  await live(page);
  await ask(page, 'echo "other <$kept>"', /other <>/);
  await page.keyboard.press("Shift+F6");
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Shell 2");
  await page.getByRole("tab", { name: "Shell 1" }).click();
  await until(slow, () => page.evaluate(() => document.activeElement?.tagName === "TEXTAREA"));

  await sees(page, /stty size/);
  await page.context().setOffline(true);
  await page.getByText("You are offline; what you type is not taken").filter({ visible: true }).waitFor();
  await page.keyboard.type("typed for nobody");
  await sees(page, /stty size/); // what was there is still seen
  await shoot(page, "terminal-offline");
  assert.deepEqual(await audit(page), []);
  await page.context().setOffline(false);
  await live(page);
  await ask(page, 'echo "after the network <$kept>"', /after the network <42>/);
  assert.doesNotMatch(await screen(page), /typed for nobody/);

  await fetch(restart, { method: "POST" });
  await live(page);
  await ask(page, 'echo "after the server <$kept>"', /after the server <42>/);
  await page.reload();
  await live(page);
  await sees(page, /after the server <42>/);
  await until(slow, () => whole(page));
  await page.locator(".xterm-screen:visible").click();

  // Pasted text arrives whole.
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData("text/plain", `echo ${"x".repeat(3000)} | wc -c\n`);
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
  });
  await page.keyboard.press("Enter");
  await sees(page, /3001/);
  await page.keyboard.type("seq 200000; echo all$((1+1))\n"); // more than fits on its way
  await sees(page, /199999[\s\S]*all2/);

  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await page.keyboard.type(`ls --color=always -l / | head -5; echo ${colorScheme}\n`);
    await sees(page, new RegExp(`^${colorScheme}`, "m"));
    assert.deepEqual(await audit(page), [], colorScheme);
    const margin = page.locator(".xterm-viewport:visible");
    assert.equal(await margin.evaluate((box) => getComputedStyle(box).backgroundColor), "rgba(0, 0, 0, 0)");
    await shoot(page, `terminal-${colorScheme}`);
  }

  await page.keyboard.type("exit 3\n");
  await page.getByText("The shell has ended with exit code 3").filter({ visible: true }).waitFor();
  await page.getByRole("button", { name: "Begin another" }).click();
  await live(page);
  await ask(page, 'echo "new <$kept>"', /new <>/);
  await page.getByRole("button", { name: "End shell 1" }).click();
  await page.getByRole("tab", { name: "Shell 2", selected: true }).waitFor();
  assert.equal(await page.getByRole("tab", { name: "Shell 1" }).count(), 0);

  await page.getByRole("link", { name: /^Task #/ }).click();
  await page.getByRole("link", { name: "Terminal" }).waitFor();
  assert.deepEqual(await audit(page), []);
  await page.getByRole("button", { name: "Kill" }).click();
  await page.getByRole("button", { name: "Kill the task" }).click();
  await until(slow, async () => (await page.getByRole("link", { name: "Terminal" }).count()) === 0);
  // A server that is away is no secret.
  assert.deepEqual(
    complaints.filter((c) => !/ERR_CONNECTION|ERR_INTERNET|ERR_INCOMPLETE|ERR_NETWORK|WebSocket/.test(c)),
    [],
  );
  await close();
});

test("a shell beside a script that runs ends with its connection", { skip, timeout: 3 * slow }, async () => {
  const { page, complaints, close } = await open(browser, server);
  await logIn(page, user, key);
  await createTask(page, { name: "e2e beside", image, script: "mine=1; echo counting > state; sleep 600" });
  await page.getByRole("link", { name: "Terminal" }).click({ timeout: slow });
  const connected = page.getByText("This shell ends when you leave");
  await connected.waitFor({ timeout: slow });
  await ask(page, 'kept=$((40+2)); cat state; echo "<$kept>"', /counting[\s\S]*<42>/);
  assert.match(await page.getByText("god attach").innerText(), /god attach \d+/);
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await audit(page), [], colorScheme);
    await shoot(page, `terminal-beside-${colorScheme}`);
  }

  const crumb = page.getByRole("link", { name: /^Task #/ });
  await crumb.click();
  await page.getByRole("dialog").getByText("Leave, and end the shells?").waitFor();
  assert.deepEqual(await audit(page), []);
  await page.getByText("Stay here").click();
  await page.locator(".xterm-screen:visible").click();
  await ask(page, 'echo "stayed <$kept>"', /stayed <42>/);

  await fetch(restart, { method: "POST" });
  await page.getByText("the shell ended with it").waitFor({ timeout: slow });
  await page.keyboard.type("typed for nobody");
  await page.getByRole("button", { name: "Begin another" }).click();
  await connected.waitFor({ timeout: slow });
  await ask(page, 'echo "new <$kept>"', /new <>/);
  assert.doesNotMatch(await screen(page), /typed for nobody/);

  await crumb.click();
  await page.getByRole("button", { name: "Leave", exact: true }).click();
  await page.getByRole("button", { name: "Kill" }).click();
  await page.getByRole("button", { name: "Kill the task" }).click();
  await until(slow, async () => (await page.getByRole("link", { name: "Terminal" }).count()) === 0);
  assert.deepEqual(
    complaints.filter((c) => !/ERR_CONNECTION|ERR_INCOMPLETE|ERR_NETWORK|WebSocket/.test(c)),
    [],
  );
  await close();
});

test("a session that is frozen as nothing happens says so, and goes on with a key", {
  skip,
  timeout: 3 * slow,
}, async () => {
  const token = (await call("", "POST", "/authenticate", { user, apikey: key })).token;
  const { id } = await call(token, "POST", "/task", {
    meta: { name: "e2e idle" },
    requirements: { cpu: 0.1, ram: 0.1, idle: "4s", idle_action: "suspend" },
    container: { image },
    command: { interactive: true, cmd: "true" },
  });
  const { page, complaints, close } = await open(browser, server);
  await logIn(page, user, key);
  await page.goto(`/task/${id}/terminal`);
  await page.getByText("The task is frozen, as nothing happened in it").waitFor({ timeout: 2 * slow });
  assert.deepEqual(await audit(page), []);
  await shoot(page, "terminal-frozen");
  await page.locator(".xterm-screen:visible").click();
  await page.keyboard.type("echo awake$((1+1))\n");
  await live(page);
  await sees(page, /awake2/);
  await call(token, "DELETE", `/task/${id}`);
  await page.getByText("This task is over").waitFor({ timeout: slow });
  assert.deepEqual(complaints, []);
  await close();
});

/** Asks the server as a program would. */
async function call(token, method, path, body) {
  const answer = await fetch(`${server}/api/1.0${path}`, {
    method,
    headers: token ? { Authorization: `Bearer ${token}` } : {},
    body: body && JSON.stringify(body),
  });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
  return answer.json();
}
