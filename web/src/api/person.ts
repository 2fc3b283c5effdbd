import { text } from "../text";
import { Problem } from "./problem";

// All tabs of a browser share one session. Whoever logs in or out in one of them tells the others.
const place = "god.user";
let mine = ""; // whose page this is or was last; "" is nobody's

/** Who logged in last in this browser; "" is nobody, undefined is not known. */
export function told(): string | undefined {
  try {
    return localStorage.getItem(place) ?? undefined;
  } catch {
    return undefined; // of a browser that keeps nothing
  }
}

/** Makes this page somebody's, and tells the other tabs. Reports whether it was somebody else's before. */
export function be(user: string): boolean {
  const others = mine !== "" && mine !== user;
  mine = user;
  tell(user);
  return others;
}

/** Tells the other tabs that nobody is logged in any more. */
export function leave(): void {
  tell("");
}

function tell(user: string): void {
  try {
    if (told() !== user) localStorage.setItem(place, user);
  } catch {
    // then the other tabs find out when the server refuses them
  }
}

/** Listens to the other tabs. */
export function listen(tell: () => void): () => void {
  window.addEventListener("storage", tell);
  return () => window.removeEventListener("storage", tell);
}

/** Fails where somebody else has logged in meanwhile: nothing is done in their name. */
export function sure(): void {
  const now = told();
  if (mine && now !== undefined && now !== mine) throw new Problem(409, text.elsewhere.refused);
}
