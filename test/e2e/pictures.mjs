// The pictures of docs/page.md: people of a laboratory, their projects, tasks and recipes, and each screen
// when all is there that it is to show. pictures_test.go says how to renew them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { audit, launch, open, shoot } from "./browser.mjs";
import { logIn, until } from "./steps.mjs";

const {
  GODOCKER_SERVER: server,
  GODOCKER_USER: admin,
  GODOCKER_APIKEY: adminKey,
  GODOCKER_IMAGE: image,
  GODOCKER_PEOPLE: people,
} = process.env;
const slow = 60_000;
const wide = { width: 1280, height: 800 };
const tokens = {};

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** Asks the server as a program of somebody would. */
async function ask(who, method, path, body) {
  const answer = await fetch(`${server}/api/1.0${path}`, {
    method,
    headers: tokens[who] ? { Authorization: `Bearer ${tokens[who]}` } : {},
    body: body && JSON.stringify(body),
  });
  const said = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${said}`);
  return said && JSON.parse(said);
}

/** Submits a task and tells its number. */
async function submit(who, name, cmd, { executor, project = "genomics", ...more } = {}) {
  const body = {
    meta: { name, tags: ["mouse"] },
    user: { project },
    container: { image, volumes: [{ name: "genomes", acl: "ro" }] },
    command: { cmd },
    requirements: { cpu: 0.5, ram: 1, executor, ...more },
  };
  return (await ask(who, "POST", "/task", body)).id;
}

/** A task of the farm, which runs for hours. */
const far = (who, name, cpu, more) =>
  submit(who, name, "#FAKE run=6h\n", { executor: "farm", cpu, ram: 2 * cpu, maxlifespan: "8h", ...more });

/** Waits until a task is in a state, or over as expected. */
const reaches = (who, id, want) =>
  until(slow, async () => {
    const { status, container } = await ask(who, "GET", `/task/${id}`);
    const over = status.primary === "over";
    assert.ok(!over || status.outcome === want, `${status.outcome}: ${status.reason} ${container.status}`);
    return over || status.primary === want;
  });

/** Keeps a picture of what is shown, which nobody must stumble over. */
async function picture(page, name, height = wide.height) {
  await page.setViewportSize({ width: page.viewportSize().width, height });
  await page.mouse.move(0, 0);
  await until(slow, async () => (await page.locator(".mantine-Skeleton-root").count()) === 0);
  await page.waitForTimeout(400); // curves are drawn a moment after their data has come
  assert.equal(await page.getByRole("alert").count(), 0, `${name} tells of trouble`);
  assert.deepEqual(await audit(page), [], name);
  await shoot(page, name);
}

const script = (lines, reference) => `#!/bin/bash
set -euo pipefail
REFERENCE=${reference}
# One sample against the genome of the mouse
seq 1 ${lines} | awk '$1 == 734211 { print "sample 17: \\033[31mERROR\\033[m: no reference genome"; next } { print "read " $1 " aligned" }'
mkdir -p out
{
  echo gene,chromosome,reads,share
  awk 'BEGIN { srand(7); split("Actb Brca1 Cdk1 Dnmt1 Egfr Foxp2 Gapdh Hoxa1 Il6 Jun Kras Lmna Myc Nras", g); for (i = 1; i <= 14; i++) printf "%s,%d,%d,%.3f\\n", g[i], 1 + 19 * rand(), 90000 * rand(), rand() }'
} > out/counts.csv
echo "aligned with $REFERENCE" > out/notes.txt
for round in 1 2 3 4 5 6 4 2; do # what takes its time
  awk -v n=$((round * 2000000)) 'BEGIN { for (i = 0; i < n; i++) kept[i] = i }'
  head -c $((round * 400000)) /dev/zero > "out/part.$round"
  sleep 0.4
done
test -n "$REFERENCE"`;

test("a laboratory, as the guide to the page shows it", { timeout: 10 * slow }, async () => {
  const keys = Object.fromEntries(
    [...people.split(" "), `${admin}=${adminKey}`].map((one) => one.split("=")),
  );
  for (const [user, apikey] of Object.entries(keys))
    tokens[user] = (await ask("", "POST", "/authenticate", { user, apikey })).token;
  await settle();

  const login = await open(browser, server);
  await login.page.goto("/");
  await login.page.getByLabel("User name").fill("ann");
  await login.page.getByRole("textbox", { name: "Password" }).fill(keys.ann);
  await picture(login.page, "login", 520);
  await login.close();

  const scientist = await open(browser, server);
  await work(scientist.page, keys.ann);
  await farm();
  await lists(scientist.page);
  await accounts(scientist.page);
  assert.deepEqual(scientist.complaints, []);
  await scientist.close();

  const chief = await open(browser, server);
  await logIn(chief.page, admin, adminKey);
  await administration(chief.page);
  assert.deepEqual(chief.complaints, []);
  await chief.close();
});

/** What administrators have done: projects, limits, reservations, a maintenance. */
async function settle() {
  await ask(admin, "PUT", "/maintenance", { on: true, reason: "cleaning the racks" });
  await ask(admin, "PUT", "/maintenance", { on: false });
  const hour = 3600;
  await ask(admin, "POST", "/project", {
    id: "genomics",
    description: "Sequencing of the mouse colony: reads, assemblies and variants.",
    members: ["ann", "ben", "cora", "dan"],
    leaders: ["ann"],
    quota_cpu: 12000 * hour,
    quota_time: 2500 * hour,
    quota_disk: 2e12,
    volumes: [{ name: "reads", path: "/srv/reads", acl: "rw" }],
  });
  await ask(admin, "POST", "/project", {
    id: "climate",
    description: "Rain and sea until 2100.",
    members: ["eve"],
    quota_cpu: 12000 * hour,
  });
  await ask(admin, "POST", "/project", {
    id: "course-2026",
    description: "Practical of the summer term.",
    members: ["ann", "dan"],
  });
  await ask(admin, "PUT", "/user/ann", { usage: { quota_cpu: 5000 * hour, max_running: 8 } });
  await ask(admin, "PUT", "/user/eve", { usage: { prio: 30, quota_disk: 5e10 } });
  const day = (n, hour) => new Date(new Date().setUTCHours(hour, 0, 0, 0) + n * 86_400_000).toISOString();
  await ask(admin, "POST", "/reservation", { nodes: ["fake-6"], for: [], reason: "new disks" });
  await ask(admin, "POST", "/reservation", { nodes: ["fake-5"], for: ["climate"], to: day(3, 18) });
  await ask(admin, "POST", "/reservation", {
    nodes: ["fake-3", "fake-4"],
    for: ["course-2026"],
    reason: "practical",
    from: day(2, 8),
    to: day(2, 17),
  });
  await fetch(`${server}/api/1.0/authenticate`, {
    method: "POST",
    body: JSON.stringify({ user: "eve", apikey: "guessed" }),
  });
}

/** What ann does on a node: a mistake that she finds and mends, an array, and a session. */
async function work(page, password) {
  const wrong = await submit("ann", "Align reads", script(1000000, ""), { cpu: 1, ram: 1 });
  await reaches("ann", wrong, "failed");
  const right = await submit("ann", "Align reads", script(1000, "mm39"), { cpu: 1, ram: 1 });
  const array = await submit(
    "ann",
    "Call variants",
    "#!/bin/bash\ntest $GODOCKER_TASK_ID != 3 -a $GODOCKER_TASK_ID != 7\n",
    {
      cpu: 0.25,
      ram: 0.25,
      array: { values: "1:12" },
    },
  );
  await reaches("ann", right, "succeeded");
  await reaches("ann", array, "failed");
  await ask("ann", "POST", "/recipe", recipe);

  await logIn(page, "ann", password);
  await page.goto(`/task/${wrong}`);
  await page
    .getByRole("region", { name: "stdout of the task" })
    .getByText("read 1 aligned", { exact: true })
    .waitFor();
  await page.getByLabel("Search this output").fill("error");
  await page.keyboard.press("Enter");
  await page.locator("[data-current]").getByText("no reference genome").waitFor();
  await picture(page, "log");
  await page.goto(`/task/${right}`);
  await page.getByRole("tab", { name: "Use" }).click();
  await page.getByRole("img", { name: /^Memory over time/ }).waitFor();
  await picture(page, "use");
  await page.getByRole("tab", { name: "History" }).click();
  await page.getByRole("cell", { name: /Exit code 0/ }).waitFor();
  await picture(page, "history");
  await page.getByRole("tab", { name: "Files" }).click();
  await page.getByRole("button", { name: "out", exact: true }).click();
  await page.getByRole("button", { name: /^counts.csv/ }).click();
  await page.getByRole("cell", { name: "Brca1" }).waitFor();
  await picture(page, "files");
  await page.goto(`/task/${array}`);
  await page.getByRole("link", { name: "Show these" }).click();
  await until(slow, async () => (await page.getByRole("tabpanel").getByRole("listitem").count()) === 2);
  await picture(page, "elements");
  await page.goto(`/compare?a=${wrong}&b=${right}`);
  await page.getByRole("region", { name: "Scripts" }).getByText("REFERENCE=mm39").first().waitFor();
  await picture(page, "compare");
  await session(page);
}

/** A shell in an interactive task. */
async function session(page) {
  const { id } = await ask("ann", "POST", "/task", {
    meta: { name: "Look at the reads" },
    user: { project: "genomics" },
    container: { image },
    command: { interactive: true, cmd: "PS1='ann@mouse:\\w$ '" },
    requirements: { cpu: 1, ram: 2 },
  });
  await page.goto(`/task/${id}/terminal`);
  await page.getByText("Connected. The shell goes on").filter({ visible: true }).waitFor({ timeout: slow });
  const shell = page.locator(".xterm-rows:visible");
  const types = async (line, answer) => {
    await page.keyboard.type(`${line}\n`);
    const text = async () => (await shell.innerText()).replaceAll("\u00a0", " ");
    await until(slow, async () => answer.test(await text())).catch(async () =>
      assert.fail(`${line}: ${await text()}`),
    );
  };
  await types("PS1='ann:\\W$ '; mkdir -p reads out; seq 900 > reads/sample_17.fq; clear", /^ann:\S+ *$/m);
  await types("ls --color=always -l", /reads\s+ann:/);
  await types("wc -l reads/*.fq", /^900 reads/m);
  await types("grep --color=always -n 12 reads/sample_17.fq | head -8", /^125:125\s+ann:/m);
  await picture(page, "terminal", 700);
}

/** What runs and waits on the farm: its nodes are nearly full. */
async function farm() {
  const first = [];
  for (const [who, name, cpu, project] of [
    ["ben", "Assemble contigs", 24],
    ["ben", "Assemble contigs", 20],
    ["eve", "Ocean model", 28, "climate"],
    ["eve", "Ocean model", 16, "climate"],
    ["cora", "Quality control", 4],
    ["dan", "Cluster samples", 12],
    ["ann", "Index genome", 8],
  ])
    first.push([who, await far(who, name, cpu, { project })]);
  for (const [who, id] of first) await reaches(who, id, "running");
}

/** Lists and what waits, as ann sees it. */
async function lists(page) {
  const large = await far("ann", "Align all samples", 30);
  await far("eve", "Downscale rain", 32, { project: "climate" });
  await far("ben", "Count k-mers", 30);
  await far("ann", "Call variants of all", 8, { tasks: [`ok:${large}`] });
  await far("ann", "Sort lanes", 1, { array: { values: "1:12%2" } });
  const held = await far("ann", "Plot coverage", 30);
  await ask("ann", "POST", `/task/${held}/suspend`);
  await page.goto(`/task/${large}`);
  const why = page.getByRole("region", { name: "Why it waits" });
  await why.getByText(/likely to start/).waitFor({ timeout: slow });
  await picture(page, "why");
  await page.goto("/");
  const rows = page.getByRole("listitem");
  await rows
    .filter({ hasText: "Call variants of all" })
    .getByText(/to succeed/)
    .waitFor({ timeout: slow });
  await rows.filter({ hasText: "Plot coverage" }).getByText("Suspended", { exact: true }).waitFor();
  await picture(page, "tasks");
  await rows.nth(3).getByRole("checkbox").click();
  await rows
    .nth(6)
    .getByRole("checkbox")
    .click({ modifiers: ["Shift"] });
  await page.getByText("4 tasks selected").waitFor();
  await picture(page, "list");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto("/recipes");
  await page.getByText("Count a sample").waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("listbox", { name: "Command palette" }).waitFor();
  await picture(page, "palette", 640);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/");
  await rows.first().waitFor();
  await picture(page, "list-phone", 844);
  await page.setViewportSize(wide);
  await page.emulateMedia({ colorScheme: "light" });
}

const recipe = {
  name: "Count a sample",
  description:
    "Counts the reads of one sample. Upload the table of reads as CSV; choose “fast” for a first look.",
  project: "genomics",
  inputs: [
    { name: "SAMPLE", label: "Sample", kind: "text", help: "As on the tube" },
    { name: "METHOD", label: "Method", kind: "choice", choices: ["fast", "exact"], default: "fast" },
    { name: "ROUNDS", label: "Rounds", kind: "number", min: 1, max: 20, default: "3" },
    { name: "READS", label: "Reads (CSV)", kind: "file" },
  ],
  task: {
    name: "Count a sample",
    container: { image },
    command: {
      cmd: '#!/bin/bash\nset -euo pipefail\n# Counts the words of a sample\nfor i in $(seq 1 "$ROUNDS"); do\n  echo "round $i of $SAMPLE with $METHOD"\ndone\nwc -l "$READS"\n',
    },
    requirements: { cpu: 0.5, ram: 0.5 },
  },
};

/** What is ann's own: the form, a recipe, her account, her project, her share. */
async function accounts(page) {
  await page.goto("/task/new");
  await page.getByLabel("Name").fill("Align sample 7");
  await page
    .getByLabel("Script")
    .fill(
      '#!/bin/bash\nset -euo pipefail\n# One sample against the mouse genome\nfor lane in 1 2; do\n  align --genome /db/genomes/mm39 "reads_$lane.fq.gz" > "lane_$lane.sam"\ndone\nwc -l ./*.sam',
    );
  await page.getByRole("textbox", { name: "Memory" }).fill("4");
  const machines = page.getByRole("list", { name: "What is free now" }).getByRole("listitem");
  const where = page.getByRole("button", { name: /^Where, how long/ });
  await where.click();
  for (const [executor, count] of [
    ["farm", 5], // and one takes no tasks
    ["docker", 1],
  ]) {
    await page.getByRole("combobox", { name: "Executor" }).click();
    await page.getByRole("option", { name: executor }).click();
    await until(slow, async () => (await machines.count()) === count);
  }
  await where.click();
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.getByText("Now.", { exact: true }).waitFor();
  await picture(page, "form", 900);

  const [{ id }] = await ask("ann", "GET", "/recipe");
  await page.goto(`/recipes/${id}`);
  await page.getByRole("heading", { name: "Count a sample" }).waitFor();
  await picture(page, "recipe", 700);
  await page.goto(`/recipes/${id}/edit`);
  const asks = page.getByRole("heading", { name: "What it asks for" });
  await asks.waitFor();
  await asks.evaluate((heading) => window.scrollTo(0, heading.getBoundingClientRect().top - 100));
  await picture(page, "recipe-edit", 900);

  const month = Date.now() / 1000 + 30 * 86_400;
  await ask("ann", "POST", "/user/ann/key", { name: "Galaxy", scopes: ["submit"] });
  await ask("ann", "POST", "/user/ann/key", { name: "Wall display", scopes: ["read"], expires: month });
  await page.goto("/me");
  await page.getByText("Wall display").waitFor();
  await picture(page, "me", 900);
  await page.goto("/projects/genomics");
  await page.getByRole("row").filter({ hasText: "cora" }).first().waitFor();
  await picture(page, "project", 900);
  await page.goto("/dashboard");
  const share = page.getByRole("region", { name: "My share" });
  await share.getByRole("heading", { name: "genomics" }).waitFor();
  await share.scrollIntoViewIfNeeded();
  await picture(page, "share");
}

/** What administrators see. */
async function administration(page) {
  await page.goto("/dashboard?span=month");
  await page
    .getByRole("figure", { name: /^Waiting and running/ })
    .locator(".u-over")
    .waitFor();
  await picture(page, "dashboard", 860);
  await page.goto("/cluster");
  await page.getByText("takes no new task: new disks").waitFor();
  await picture(page, "cluster", 990);
  const queue = page.getByRole("region", { name: "Queue" }).first();
  await queue.getByText("Suspended: it waits until somebody resumes it").waitFor();
  await page
    .getByRole("region", { name: "Reservations" })
    .first()
    .evaluate((place) => window.scrollTo(0, place.getBoundingClientRect().top + window.scrollY - 80));
  await picture(page, "queue", 860);

  await page.goto("/admin");
  await page.getByRole("button", { name: "Change eve" }).waitFor();
  await picture(page, "users", 690);
  await page.getByRole("button", { name: "Change ann" }).click();
  await page.getByRole("dialog").waitFor();
  await picture(page, "user-change", 860);
  for (const [part, seen, height] of [
    ["images", /samtools/, 560],
    ["site", "The site takes tasks and starts them.", 520],
    ["configuration", "default_images", 760],
    ["audit", "on cleaning the racks", 760],
  ]) {
    await page.goto(`/admin/${part}`);
    await page.getByText(seen).first().waitFor();
    await picture(page, part, height);
  }
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto("/admin/simulation");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByRole("rowheader", { name: "genomes" }).waitFor({ timeout: slow });
  await page
    .getByRole("heading", { name: "By project" })
    .evaluate((place) => window.scrollTo(0, place.getBoundingClientRect().top + window.scrollY - 860));
  await picture(page, "simulation", 1000);
}
