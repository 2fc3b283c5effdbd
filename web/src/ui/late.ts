import { type ComponentType, type LazyExoticComponent, lazy } from "react";
import { root } from "../api/client";

const pauses = [300, 1000, 3000]; // ms before it is tried again; the last again and again while the server is away
const stored = "gd.renewed"; // the page that was loaded anew last

/** A part of the page that is fetched when it is first shown. */
export function late<P>(load: () => Promise<ComponentType<P>>): LazyExoticComponent<ComponentType<P>> {
  return lazy(async () => ({ default: await fetched(load)() }));
}

/**
 * Fetches a part of the page, however long the server is away. Where the server has another page by
 * now, which has no such part, this one is loaded anew, once.
 */
export function fetched<T>(load: () => Promise<T>): () => Promise<T> {
  return async () => {
    for (let failed = 0; ; failed++) {
      try {
        const part = await load();
        await restyle();
        return part;
      } catch (err) {
        const there = await page();
        if (there !== undefined && !there.includes(entry()) && renew(there)) return new Promise<T>(() => {});
        if (there !== undefined && failed >= pauses.length) throw err;
        await new Promise((again) => setTimeout(again, pauses[Math.min(failed, pauses.length - 1)]));
      }
    }
  };
}

/** The page as the server has it now; undefined while it does not answer. */
async function page(): Promise<string | undefined> {
  const res = await fetch(root, { cache: "no-store" }).catch(() => undefined);
  return res?.ok ? res.text() : undefined;
}

/** The name of the script that this page began with; each build has another. */
function entry(): string {
  const script = document.querySelector<HTMLScriptElement>("script[type=module][src]");
  return script?.src.split("/").pop() ?? "";
}

/** Loads the page anew, but never twice for the same one. */
function renew(there: string): boolean {
  try {
    if (sessionStorage.getItem(stored) === there) return false;
    sessionStorage.setItem(stored, there);
  } catch {
    return false; // of a browser that keeps nothing, which might do so for ever
  }
  location.reload();
  return true;
}

const unstyled = new Set<string>(); // style sheets that could not be fetched; Vite itself never tries again

/** Fetches the style sheets that imports went on without. */
async function restyle(): Promise<void> {
  for (const href of unstyled) {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    await new Promise((done, fail) => {
      link.onload = done;
      link.onerror = () => {
        link.remove();
        fail(new Error(`${href} cannot be had`));
      };
      document.head.append(link);
    });
    unstyled.delete(href);
  }
}

/** Lets imports go on whose style sheets fail: who asked for them waits for these, too. */
export function watchStyles(): void {
  window.addEventListener("vite:preloadError", (event) => {
    const href = /^Unable to preload CSS for (.+)$/.exec(event.payload.message)?.[1];
    if (!href) return;
    unstyled.add(href);
    event.preventDefault();
  });
}
