// Opens the page again and again, and prints as JSON what came and when it was seen: from the browser's
// trace (FirstContentfulPaint since the navigation began) and from what went over the wire.
import { launch, open } from "../e2e/browser.mjs";
import { logIn } from "../e2e/steps.mjs";

const { GODOCKER_SERVER: server, GODOCKER_USER: user, GODOCKER_APIKEY: key } = process.env;
const runs = 5;

const browser = await launch();
const out = { shell: 0, fonts: 0, files: 0, first: [], again: [], list: [] };
for (let i = 0; i < runs; i++) {
  const { page, close } = await open(browser, server);
  const wire = await page.context().newCDPSession(page);
  await wire.send("Network.enable");
  const kinds = new Map();
  let shell = 0;
  let fonts = 0;
  let files = 0;
  wire.on("Network.responseReceived", ({ requestId, type }) => kinds.set(requestId, type));
  wire.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const type = kinds.get(requestId);
    if (type === "Font") fonts += encodedDataLength;
    else if (["Document", "Script", "Stylesheet", "Image"].includes(type)) {
      shell += encodedDataLength;
      files++;
    }
  });
  out.first.push(await painted(page));
  await page.getByRole("button", { name: "Log in" }).waitFor();
  await page.waitForLoadState("networkidle");
  [out.shell, out.fonts, out.files] = [shell, fonts, files]; // of the frame alone: nobody is logged in
  await logIn(page, user, key);
  out.again.push(await painted(page));
  const begin = performance.now();
  await page.goto("/");
  await page.getByRole("heading", { name: "Tasks", exact: true }).waitFor();
  out.list.push(performance.now() - begin);
  await close();
}
await browser.close();
console.log(JSON.stringify(out));

/** Opens the page and returns how long it took until anything was seen, in milliseconds. */
async function painted(page) {
  await browser.startTracing(page, { categories: ["loading", "devtools.timeline", "blink.user_timing"] });
  await page.goto("/");
  await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const paint = traceEvents.findLast(({ name }) => name === "firstContentfulPaint");
  const begin = traceEvents.findLast(
    ({ name, args, ts }) =>
      name === "navigationStart" &&
      args?.frame === paint?.args.frame &&
      ts < paint?.ts &&
      args?.data?.documentLoaderURL !== "",
  );
  if (begin) return (paint.ts - begin.ts) / 1000;
  // A process that was started for the page may not yet be traced as it begins: then by its own word.
  return page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime);
}
