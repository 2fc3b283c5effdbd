import { type ComponentType, type LazyExoticComponent, lazy } from "react";

const pauses = [300, 1000, 3000]; // ms before it is tried again

/** A part of the page that is fetched when it is first shown; again, where the network fails it. */
export function late<P>(load: () => Promise<ComponentType<P>>): LazyExoticComponent<ComponentType<P>> {
  return lazy(async () => ({ default: await persistent(load) }));
}

async function persistent<T>(load: () => Promise<T>): Promise<T> {
  for (const pause of pauses) {
    try {
      return await load();
    } catch {
      await new Promise((again) => setTimeout(again, pause));
    }
  }
  return load();
}
