import { admin } from "../text/admin";

const t = admin.audit;

/** What was done, in words. */
export function deedOf(action: string): string {
  return t.words[action] ?? action.replaceAll(".", " ");
}

/** What is told of it: fields that changed are called as people call them, and what is empty is said to be. */
export function detailOf(detail: string): string {
  return detail
    .replace(/(^|, |; )([A-Za-z_.]+): (?=\S.* → )/g, (_, before: string, name: string) => {
      const last = name.split(".").at(-1) ?? name;
      return `${before}${t.fields[last] ?? last}: `;
    })
    .replace(/(""|null|\[\])(?= → |,|$)/g, t.empty);
}
