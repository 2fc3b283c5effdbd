// Measures the list of tasks in a browser, at rest or scrolled, for ten seconds: frames.mjs rest|scroll.
import { launch, open } from "../e2e/browser.mjs";
import { logIn } from "../e2e/steps.mjs";

const { GODOCKER_SERVER: server, GODOCKER_USER: user, GODOCKER_APIKEY: key } = process.env;
const seconds = 10;

const browser = await launch();
const { page } = await open(browser, server);
await logIn(page, user, key);
await page.locator("[data-index]").first().waitFor();

const counted = page.evaluate(
  ({ seconds, scrolls }) =>
    new Promise((done) => {
      const begin = performance.now();
      let last = begin;
      let frames = 0;
      let worst = 0;
      let rows = 0;
      const frame = (now) => {
        frames++;
        worst = Math.max(worst, now - last);
        last = now;
        rows = Math.max(rows, document.querySelectorAll("[data-index]").length);
        if (scrolls) window.scrollBy(0, 40);
        if (now - begin < seconds * 1000) requestAnimationFrame(frame);
        else {
          const tasks = Math.max(
            ...[...document.querySelectorAll("[data-index]")].map((e) => Number(e.dataset.index)),
          );
          done({ frames: (frames * 1000) / (now - begin), worst, rows, tasks });
        }
      };
      requestAnimationFrame(frame);
    }),
  { seconds, scrolls: process.argv[2] === "scroll" },
);
const { frames, worst, rows, tasks } = await counted;
console.log(JSON.stringify({ Frames: frames, Worst: worst, Rows: rows, Tasks: tasks }));
await browser.close();
