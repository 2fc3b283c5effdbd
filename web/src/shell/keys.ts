import { allCommands, type Command } from "./commands";

const pause = 1200; // ms within which the second key of two has to come
const mac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);

/** What a person would press for a stroke, in the words that Command.keys is written in. */
export function strokeOf(
  e: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">,
): string {
  const letter = e.key.length === 1;
  const parts = [
    (mac ? e.metaKey : e.ctrlKey) && "mod",
    e.altKey && "alt",
    e.shiftKey && (!letter || /[a-z]/i.test(e.key)) && "shift", // a "?" is itself, wherever it is on the keyboard
    letter ? e.key.toLowerCase() : e.key,
  ];
  return parts.filter(Boolean).join("+");
}

/** The command that the keys pressed so far mean, or whether they may still come to mean one. */
export function match(commands: readonly Command[], pressed: string): Command | "more" | undefined {
  const exact = commands.findLast(({ keys }) => keys === pressed);
  return exact ?? (commands.some(({ keys }) => keys?.startsWith(`${pressed} `)) ? "more" : undefined);
}

/** How a key is called in the help and beside a command. */
export function caps(keys: string): string[] {
  const names: Record<string, string> = { mod: mac ? "⌘" : "Ctrl", shift: "Shift", alt: "Alt", Enter: "↵" };
  return keys.split(" ").flatMap((stroke) => stroke.split(/\+(?=.)/).map((key) => names[key] ?? key));
}

/** Listens for the keys of commands. Nothing happens where somebody writes, but for keys with mod. */
export function listen(): () => void {
  let before = "";
  let at = 0;
  let over = false; // a question was open as the key went down, which may be what closed it
  const look = () => {
    over = asked();
  };
  const press = (e: KeyboardEvent) => {
    if (e.defaultPrevented || e.isComposing) return;
    if (["Control", "Shift", "Alt", "Meta"].includes(e.key)) return;
    const stroke = strokeOf(e);
    if (inside(e.target, ".xterm") || (!stroke.startsWith("mod+") && (writes(e.target) || over))) return;
    const pressed = before && e.timeStamp - at < pause ? `${before} ${stroke}` : stroke;
    const found = match(allCommands(), pressed) ?? match(allCommands(), stroke);
    if (e.repeat && (found === "more" || !found?.held)) return;
    before = found === "more" ? pressed : "";
    at = e.timeStamp;
    if (!found) return;
    e.preventDefault();
    if (found !== "more") found.run();
  };
  window.addEventListener("keydown", look, true);
  document.addEventListener("keydown", press);
  return () => {
    window.removeEventListener("keydown", look, true);
    document.removeEventListener("keydown", press);
  };
}

/** Reports whether keys go to what somebody writes in, or to something that has keys of its own. */
function writes(target: EventTarget | null): boolean {
  return inside(
    target,
    "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], [role=menu], [role=listbox], .cm-editor",
  );
}

function inside(target: EventTarget | null, place: string): boolean {
  return target instanceof Element && target.closest(place) !== null;
}

/** Reports whether a question is open, which comes first. */
function asked(): boolean {
  return document.querySelector("[role=dialog]") !== null;
}
