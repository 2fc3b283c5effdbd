// A scientist's first hour: log in, run, watch, find the mistake in the output, mend it, run again and
// take the result home; and what the page does when the server goes away meanwhile.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { audit, launch, open, shoot } from "./browser.mjs";
import { createTask, logIn, stateOf, until } from "./steps.mjs";

const {
  GODOCKER_SERVER: server,
  GODOCKER_USER: user,
  GODOCKER_APIKEY: key,
  GODOCKER_IMAGE: image,
  GODOCKER_CONTROL: control,
} = process.env;
const skip = server ? false : "GODOCKER_SERVER is not set";
const slow = 60_000;

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

/** A page with a figure on it, in base64. */
function pdf() {
  const drawn = "0.2 0.3 0.8 rg 20 20 60 40 re f 100 20 60 90 re f BT /F 20 Tf 20 150 Td (Figure 1) Tj ET";
  const objects = [
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
    `<</Length ${drawn.length}>>stream\n${drawn}\nendstream`,
    "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
  ];
  let file = "%PDF-1.4\n";
  const places = objects.map((object, i) => {
    const at = file.length;
    file += `${i + 1} 0 obj${object}endobj\n`;
    return `${String(at).padStart(10, "0")} 00000 n \n`;
  });
  const end = `trailer<</Size 6/Root 1 0 R>>\nstartxref\n${file.length}\n%%EOF\n`;
  file += `xref\n0 6\n0000000000 65535 f \n${places.join("")}${end}`;
  return Buffer.from(file).toString("base64");
}

// A million lines, of which one says what went wrong.
const script = `set -e
seq 1 1000000 | awk '{ if ($1 == 734211) print "sample 17: \\033[31mERROR\\033[0m: no reference genome"; else print "read " $1 " aligned" }'
mkdir -p out/plots
echo "gene,count" > out/counts.csv
echo '"BRCA1, exon 2",42' >> out/counts.csv
printf 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==' | base64 -d > out/plots/dot.png
echo '<script>alert(1)</script>' > out/page.html
echo '${pdf()}' | base64 -d > out/plots/figure.pdf
head -c 40 out/plots/dot.png > "out/plots/e10 cut off.png"
echo small > "out/plots/e2, with a name that is as long as names of results may be when they tell of every step, setting and sample that they came from.txt"
printf '\\033[38;5;208morange\\033[m \\033[38;2;255;255;0mlemon\\033[m \\342\\200\\2561 DIAP\\n' >&2
for behind in 40 41 42 43 44 45 46 47 '48;5;208' '48;5;21' '48;2;255;255;0' '48;5;16' '48;5;231'; do
  for before in 39 31 32 33 34 35 36 '38;5;208' '38;5;21' '38;5;46' '38;5;51' '38;2;255;255;0'; do
    printf '\\033[%s;%sm%s\\033[7m turned \\033[m' "$behind" "$before" "$before" >&2
  done
  printf '\\n' >&2
done
printf '\\033[7mall turned\\033[27m and back\\n' >&2
echo 'a name of an older system' > "$(printf 'out/caf\\351.txt')"
ln -s /etc/passwd out/passwd
sleep 5
test "$REFERENCE" = hg38`;

/** How many different values a property has of the words of a log that are as asked for. */
async function shades(log, property, words) {
  const found = await log
    .getByText(words)
    .evaluateAll((spans, property) => spans.map((span) => getComputedStyle(span)[property]), property);
  return new Set(found).size;
}

test("a scientist's first hour", { skip, timeout: 4 * slow }, async () => {
  const { page, complaints, close } = await open(browser, server, { acceptDownloads: true });
  await logIn(page, user, key);
  await createTask(page, { name: "Align reads", image, script });
  await page.getByRole("region", { name: "Timeline" }).getByText("Running").waitFor({ timeout: slow });
  await until(slow, async () => (await stateOf(page)) === "Failed");
  await page.getByRole("region", { name: "Timeline" }).getByText(/^Ran/).waitFor();

  // The mistake is somewhere in a million lines.
  const log = page.getByRole("region", { name: "stdout of the task" });
  await log.getByText("read 1000000 aligned").waitFor();
  assert.ok((await log.locator("[data-line]").count()) < 200, "more lines are drawn than can be seen");
  await page.getByLabel("Search this output").fill("error");
  await page.keyboard.press("Enter");
  await page.getByText("1 of 1", { exact: true }).waitFor();
  const mistake = log.locator("[data-current]");
  await mistake.getByText("no reference genome").waitFor();
  assert.equal(await mistake.getAttribute("data-line"), "734211");
  assert.equal(await mistake.locator("mark").innerText(), "ERROR");
  assert.deepEqual(await audit(page), []);
  await shoot(page, "log-search");
  await page.reload(); // what was searched for is in the address
  await mistake.getByText("no reference genome").waitFor();
  await page.getByText("stderr", { exact: true }).click();
  const errors = page.getByRole("region", { name: "stderr of the task" });
  await errors.getByText("<U+202E>1 DIAP").waitFor(); // and not PAID 1
  await until(slow, () => errors.getByText("orange").evaluate((word) => word.style.color !== ""));
  for (const colorScheme of ["dark", "light"]) {
    await page.emulateMedia({ colorScheme });
    await page.reload(); // so that nothing is judged half dark
    await page.getByText("stderr", { exact: true }).click();
    const turned = errors.getByText("all turned", { exact: true });
    await turned.waitFor();
    assert.equal(await shades(errors, "color", /^(3[1-6]|39)$/), 7);
    assert.equal(await shades(errors, "backgroundColor", /^39$/), 13);
    assert.notEqual(
      await turned.evaluate((words) => getComputedStyle(words).color),
      await errors.evaluate((box) => getComputedStyle(box).color),
    );
    assert.deepEqual(await audit(page), [], `colours in ${colorScheme}`);
    await shoot(page, `log-colours-${colorScheme}`);
  }
  await page.getByText("stdout", { exact: true }).click();
  await mistake.getByText("no reference genome").waitFor();
  await log.evaluate((box) => box.scrollTo(0, 0));
  await log.getByText("read 1 aligned", { exact: true }).waitFor();

  // What it left behind.
  await page.getByRole("tab", { name: "Files" }).click();
  await page.getByRole("button", { name: "out", exact: true }).click();
  await page.getByRole("button", { name: /^counts.csv/ }).click();
  await page.getByRole("cell", { name: "BRCA1, exon 2" }).waitFor();
  assert.deepEqual(await audit(page), []);
  await shoot(page, "files-table");
  await page.reload();
  await page.getByRole("cell", { name: "BRCA1, exon 2" }).waitFor();
  await page.keyboard.press("k");
  await page.getByText("a name of an older system").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  assert.equal(await page.getByText("passwd").count(), 0, "a link out of the folder is shown");
  await page.getByRole("button", { name: "plots", exact: true }).click();
  await page.getByRole("button", { name: /^dot.png/ }).click();
  const dot = page.getByRole("img", { name: "dot.png" });
  await until(slow, () => dot.evaluate((img) => img.naturalWidth === 1));
  await page.getByText("1 of 4", { exact: true }).waitFor();
  await page.keyboard.press("j");
  await page.getByText("small", { exact: true }).waitFor(); // e2, which comes before e10
  await page.keyboard.press("ArrowRight");
  await page.getByText("This picture cannot be shown").waitFor();
  assert.deepEqual(await audit(page), []);
  await page.setViewportSize({ width: 390, height: 844 });
  await shoot(page, "files-phone");
  await page.getByRole("button", { name: "Close the preview" }).click();
  const taken = await page.getByRole("link", { name: /^Download e2/ }).boundingBox();
  assert.ok(taken.x + taken.width <= 390, "a long name pushes the download out of sight");
  await shoot(page, "files-list-phone");
  await page.setViewportSize({ width: 1280, height: 800 });
  // The browser's own viewer shows it, in a frame that this page cannot look into.
  await page.getByRole("button", { name: /^figure.pdf/ }).click();
  await page.locator("iframe[title='figure.pdf']").waitFor();
  const viewer = () => page.frames().find((frame) => frame.url().startsWith("chrome-extension:"));
  await until(slow, viewer);
  await until(slow, async () => (await viewer().locator("#pagelength").innerText()) === "1");
  await shoot(page, "files-pdf");
  await page.getByRole("button", { name: "Close the preview" }).click();
  const [packed] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download as zip" }).click(),
  ]);
  assert.match(packed.suggestedFilename(), /^task-\d+-plots\.zip$/);
  assert.equal((await readFile(await packed.path())).subarray(0, 2).toString(), "PK");

  await page.getByRole("tab", { name: "Use" }).click();
  await page.getByRole("region", { name: "Used against asked" }).waitFor();
  await page.getByRole("img", { name: /^Memory over time/ }).waitFor();
  await page.waitForTimeout(300);
  assert.deepEqual(await audit(page), []);
  await shoot(page, "use");
  await page.getByRole("tab", { name: "History" }).click();
  await page.getByRole("cell", { name: /Exit code 1/ }).waitFor();
  assert.deepEqual(await audit(page), []);
  await shoot(page, "history");

  // Mended, and run again.
  const first = /\/task\/(\d+)/.exec(page.url())[1];
  await page.getByRole("link", { name: "Edit and run again" }).click();
  await page.getByLabel("Script").fill(`REFERENCE=hg38\n${script.replace("1000000", "1000")}`);
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.waitForURL(/\/task\/\d+$/);
  await until(slow, async () => (await stateOf(page)) === "Succeeded");
  const second = page.url().split("/").pop();
  await page.getByRole("tab", { name: "Files" }).click();
  await page.getByRole("button", { name: "out", exact: true }).click();
  const [result] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download counts.csv" }).click(),
  ]);
  assert.match(await readFile(await result.path(), "utf8"), /BRCA1/);

  await page.goto(`/compare?a=${first}&b=${second}`);
  await page.getByRole("region", { name: "Scripts" }).getByText("REFERENCE=hg38").first().waitFor();
  await page.getByRole("cell", { name: "Succeeded" }).waitFor();
  assert.deepEqual(await audit(page), []);
  await shoot(page, "compare");
  assert.deepEqual(complaints, []);
  await close();
});

test("an array of ten thousand is as easy to look through as one of ten", {
  skip,
  timeout: 2 * slow,
}, async () => {
  const { page, complaints, close } = await open(browser, server);
  await logIn(page, user, key);
  const [before, id] = await page.evaluate(async (image) => {
    const submit = async (name, requirements) => {
      const command = { cmd: "sleep 300" };
      const body = JSON.stringify({ meta: { name }, container: { image }, command, requirements });
      return (await (await fetch("/api/1.0/task", { method: "POST", body })).json()).id;
    };
    const first = await submit("goes before", { cpu: 0.1, ram: 0.1 });
    return [
      first,
      await submit("ten thousand", { cpu: 0.1, ram: 0.1, array: { values: "1:10000" }, tasks: [first] }),
    ];
  }, image);
  let fetched = 0;
  page.on("request", (request) => {
    if (request.url().includes(`parent=${id}`)) fetched++;
  });
  await page.goto(`/task/${id}`);
  const elements = page.getByRole("tabpanel").getByRole("listitem");
  await elements.filter({ hasText: "ten thousand [1]" }).waitFor();
  await page.getByText(/10,000 elements/).waitFor();
  assert.equal(fetched, 1);
  await until(slow, async () => {
    await page.mouse.wheel(0, 3000);
    return Number(await elements.last().getAttribute("aria-posinset")) > 250;
  });
  assert.ok((await elements.count()) < 60, "more elements are drawn than can be seen");
  assert.ok(fetched <= 5, `${fetched} pages were fetched for a quarter of a thousand`);
  await page.evaluate(
    async (ids) => {
      for (const id of ids) await fetch(`/api/1.0/task/${id}`, { method: "DELETE" });
    },
    [id, before],
  );
  await page.evaluate(() => window.scrollTo(0, 0));
  await until(slow, async () => (await stateOf(page)) === "Killed");
  await page.getByText("Not succeeded", { exact: true }).click();
  await until(slow, async () => (await stateOf(elements.first())) === "Killed");
  assert.deepEqual(complaints, []);
  await close();
});

test("many are selected and acted on, and it is taken back", { skip, timeout: 2 * slow }, async () => {
  const { page, complaints, close } = await open(browser, server);
  await logIn(page, user, key);
  const tag = `tag${Date.now()}`;
  await page.evaluate(
    async ({ image, tag }) => {
      for (let i = 0; i < 4; i++)
        await fetch("/api/1.0/task", {
          method: "POST",
          body: JSON.stringify({
            meta: { name: `${tag.slice(1)} bulk ${i}` },
            container: { image },
            command: { cmd: "sleep 300" },
            requirements: { cpu: 0.1, ram: 0.1 },
          }),
        });
    },
    { image, tag },
  );
  const rows = page.getByRole("listitem").filter({ hasText: `${tag.slice(1)} bulk` });
  await until(slow, async () => (await rows.count()) === 4);

  // By keyboard, and then a range with Shift.
  await page.locator("body").press("j");
  await page.keyboard.press("x");
  await page.getByText("1 task selected").waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("Shift+X");
  await page.getByText("2 tasks selected").waitFor();
  await rows
    .nth(3)
    .getByRole("checkbox")
    .click({ modifiers: ["Shift"] });
  await page.getByText("4 tasks selected").waitFor();
  await page.keyboard.press("?"); // the checkbox has the focus, which takes no letters
  const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await sheet.getByText("Select all from the last one on").waitFor();
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "detached" });
  await page.getByText("4 tasks selected").waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Command palette" }).fill("select none");
  await page.keyboard.press("Enter");
  await page.getByText("4 tasks selected").waitFor({ state: "detached" });
  await page.keyboard.press("/");
  await until(slow, () => page.evaluate(() => document.activeElement?.type === "search"));
  await rows.nth(0).getByRole("checkbox").click();
  await rows
    .nth(3)
    .getByRole("checkbox")
    .click({ modifiers: ["Shift"] });
  await page.getByText("4 tasks selected").waitFor();
  const every = page.getByRole("checkbox", { name: "Select all" });
  assert.ok(await every.evaluate((box) => box.indeterminate && !box.checked));
  assert.deepEqual(await audit(page), []);
  await shoot(page, "list-selected");
  await page.getByRole("button", { name: "Add tag" }).click();
  await page.getByRole("dialog").getByLabel("Tag").fill(tag);
  await page.keyboard.press("Enter");
  await page.getByText("4 tasks tagged.").waitFor();
  await page.goto(`/?tag=${tag}`);
  await until(slow, async () => (await rows.count()) === 4);

  await page.getByRole("checkbox", { name: "Select all" }).check();
  await page.getByRole("button", { name: "All that match" }).click();
  await page.getByText("4 tasks selected").waitFor();
  await page.getByRole("button", { name: "Suspend" }).click();
  await page.getByText("4 tasks will be suspended.").waitFor();
  await until(slow, async () => (await rows.getByText("Suspended").count()) === 4);
  await page.getByRole("button", { name: "Undo" }).click();
  await until(slow, async () => (await rows.getByText("Suspended").count()) === 0);

  await page.getByRole("button", { name: "Views" }).click();
  await page.getByLabel("Save what is shown").fill("my tagged");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.goto("/");
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("link", { name: "my tagged" }).click();
  await page.waitForURL(new RegExp(`tag=${tag}`));

  await page.getByRole("checkbox", { name: "Select all" }).check();
  await page.getByRole("button", { name: "Kill" }).click();
  await page.getByRole("button", { name: "Kill them" }).click();
  await page.getByText("4 tasks will be killed.").waitFor();
  await until(slow, async () => (await rows.getByText("Killed", { exact: true }).count()) === 4);
  assert.deepEqual(complaints, []);
  await close();
});

test("the server is killed and comes back while somebody watches", {
  skip: skip || (control ? false : "GODOCKER_CONTROL is not set"),
  timeout: 4 * slow,
}, async () => {
  const { page, close } = await open(browser, server);
  await logIn(page, user, key);
  const other = await open(browser, server);
  await logIn(other.page, user, key);
  await createTask(page, {
    name: "e2e watched",
    image,
    script: "for i in $(seq 1 600); do echo tick $i; sleep 0.2; test -e stop && exit 0; done",
  });
  const log = page.getByRole("region", { name: "stdout of the task" });
  await log.getByText("tick 5", { exact: true }).waitFor({ timeout: slow });
  const row = other.page.getByRole("listitem").filter({ hasText: "e2e watched" });
  await until(slow, async () => (await stateOf(row)) === "Running");

  await fetch(`${control}/kill`, { method: "POST" });
  await page.getByText("What you see may be out of date.").waitFor();
  await other.page.getByText("What you see may be out of date.").waitFor();
  await log.getByText("tick 5", { exact: true }).waitFor(); // what was there stays
  await other.page.getByRole("link", { name: "Cluster" }).click(); // which has to be fetched first
  await other.page.waitForURL(/cluster$/);
  await shoot(other.page, "lost-screen");
  await shoot(page, "lost");
  const before = await last(log);
  const started = await fetch(`${control}/start`, { method: "POST" });
  assert.ok(started.ok, await started.text());

  await until(slow, async () => (await last(log)) > before + 5);
  await page.getByText("What you see may be out of date.").waitFor({ state: "hidden" });
  const lines = (await log.innerText()).match(/tick \d+/g).map((line) => Number(line.split(" ")[1]));
  assert.deepEqual(
    lines,
    lines.map((_, i) => i + 1),
    "lines are missing, or there twice",
  );
  await other.page.getByRole("heading", { name: "Cluster", exact: true }).waitFor();
  assert.equal(
    await other.page
      .locator("main dl")
      .first()
      .evaluate((dl) => getComputedStyle(dl).display),
    "grid",
  );

  // An update takes the parts away that an old page would fetch.
  let old = true;
  await other.page.route("**/assets/**", (route) =>
    old ? route.fulfill({ status: 404 }) : route.continue(),
  );
  await other.page.route(`${server}/`, (route) => {
    if (route.request().resourceType() === "document") return route.continue();
    return route.fulfill({ body: '<script type="module" src="./assets/index-next.js"></script>' });
  });
  other.page.on("request", (request) => {
    if (request.isNavigationRequest()) old = false;
  });
  await other.page.getByRole("link", { name: "Recipes" }).click();
  await other.page.getByRole("heading", { name: "Recipes", exact: true }).waitFor();
  assert.equal(old, false, "the old page went on");
  await other.page.goto("/");

  await page.getByRole("tab", { name: "Files" }).click();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Upload" }).click();
  const buffer = Buffer.from("x");
  const files = ["r1", "r2"].map((name) => ({ name, mimeType: "text/plain", buffer }));
  await (await chooser).setFiles(files);
  await page.getByText("2 files were put into the folder.").waitFor();
  await page.getByRole("button", { name: /^r2/ }).waitFor();
  await page.getByRole("button", { name: "Kill" }).click();
  await page.getByRole("button", { name: "Kill the task" }).click();
  await until(slow, async () => (await stateOf(row)) === "Killed");
  await other.close();
  await close();
});

async function last(log) {
  const found = (await log.innerText()).match(/tick (\d+)/g) ?? [];
  return Number(found.at(-1)?.split(" ")[1] ?? 0);
}
