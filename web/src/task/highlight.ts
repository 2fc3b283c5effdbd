/** A piece of a script, and what it is. */
export interface Token {
  text: string;
  kind: "" | "comment" | "text" | "name" | "word" | "number";
}

const words =
  "if then else elif fi for while until do done case esac in function return exit export local set source cd echo trap true false def class import from as with try except finally raise lambda yield pass break continue and or not is None True False print library";

const token = new RegExp(
  [
    /(?<comment>(?<=^|\s)#.*$)/m.source,
    /(?<text>"(?:\\[\s\S]|[^"\\])*"|'[^']*')/.source,
    /(?<name>\$\{[^}]*\}|\$[A-Za-z_]\w*|\$[0-9@#?*!$-])/.source,
    `(?<word>\\b(?:${words.replaceAll(" ", "|")})\\b)`,
    /(?<number>\b\d+(?:\.\d+)?\b)/.source,
  ].join("|"),
  "gm",
);

/** Takes a script apart for colours: shell above all, and what other languages have in common with it. */
export function tokens(script: string): Token[] {
  const out: Token[] = [];
  let at = 0;
  for (const found of script.matchAll(token)) {
    if (found.index > at) out.push({ text: script.slice(at, found.index), kind: "" });
    const kind = Object.entries(found.groups ?? {}).find(([, text]) => text !== undefined)?.[0] ?? "";
    out.push({ text: found[0], kind: kind as Token["kind"] });
    at = found.index + found[0].length;
  }
  if (at < script.length) out.push({ text: script.slice(at), kind: "" });
  return out;
}
