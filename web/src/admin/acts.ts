import { admin } from "../text/admin";

const t = admin.audit;

/** What was done, in words. */
export function deedOf(action: string): string {
  return t.words[action] ?? action.replaceAll(".", " ");
}

const change = /(^|, |; )([A-Za-z_.]+): (.*?) → (.*?)(?=, [A-Za-z_.]+: .*? → |; |$)/g;
const nothing = new Set(['""', "null", "[]"]);

/**
 * What is told of it. Fields that changed are called as people call them; of what is new there is no
 * value before.
 */
export function detailOf({ action, detail }: { action: string; detail: string }): string {
  const words = detail.replace(change, (_, comma: string, path: string, before: string, after: string) => {
    if (nothing.has(before) && nothing.has(after)) return "";
    const name = path.split(".").at(-1) ?? path;
    const was = action.endsWith(".add") ? "" : `${nothing.has(before) ? t.empty : before} → `;
    return `${comma}${t.fields[name] ?? name}: ${was}${nothing.has(after) ? t.empty : after}`;
  });
  return words.replace(/^[,;] /, "");
}
