// What every browser test needs: a browser that tells of everything that goes wrong in it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(new URL("../../web/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const axe = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts the browser. */
export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: flags });
}

/**
 * Opens a page of the server in a fresh session. Its complaints collect what must not happen: errors
 * in the console, violations of the content security policy, requests to anybody else.
 */
export async function open(browser, server, options = {}) {
  const context = await browser.newContext({
    baseURL: server,
    viewport: { width: 1280, height: 800 },
    reducedMotion: "reduce", // so that nothing is judged half faded in
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints = [];
  page.on("console", (message) => {
    // Asking who is logged in is answered with 401 before the login; Chromium calls that an error.
    const expected =
      message.location().url.endsWith("/session") || message.location().url.endsWith("/authenticate");
    // Containers that come and go change the network of this machine, and Chromium drops what it fetches.
    const elsewhere = message.text().includes("ERR_NETWORK_CHANGED");
    if (message.type() === "error" && !expected && !elsewhere)
      complaints.push(`console: ${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith("http") && origin !== new URL(server).origin)
      complaints.push(`request: ${request.url()}`);
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (e) =>
      console.error(`policy: ${e.violatedDirective} ${e.blockedURI}`),
    );
  });
  return { page, complaints, close: () => context.close() };
}

/** Lists what axe-core finds serious on a page, in the colours it shows now. */
export async function audit(page) {
  await page.evaluate(axe); // not a script tag, which the page's policy would refuse
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, help, nodes }) =>
      nodes.map((n) => `${id}: ${help}: ${n.target.join(" ")} ${n.any[0]?.message ?? ""}`),
    );
}

/** Keeps a picture of a page in $E2E_SHOTS, if set. */
export async function shoot(page, name) {
  const dir = process.env.E2E_SHOTS;
  if (dir) await page.screenshot({ path: join(dir, `${name}.png`) });
}

/** What a phone shows of a page. */
const phone = { width: 390, height: 844 };

/** Looks at screens, by their names, as one has them on a desk and on a phone, and keeps pictures of them. */
export async function look(page, screens, colorScheme) {
  const desk = page.viewportSize();
  for (const [name, path] of Object.entries(screens)) {
    await page.goto(path);
    await page.waitForLoadState("load");
    await page.getByRole("heading").first().waitFor();
    await page.waitForTimeout(400); // what comes late is judged too
    assert.deepEqual(await audit(page), [], `${name} in ${colorScheme}`);
    await shoot(page, `${name}-${colorScheme}`);
    await page.setViewportSize(phone);
    await page.waitForTimeout(100);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    assert.ok(!wide, `${name} is wider than a phone`);
    await shoot(page, `${name}-${colorScheme}-phone`);
    await page.setViewportSize(desk);
  }
}
