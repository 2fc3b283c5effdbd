export type Language = "shell" | "python" | "r" | "perl";

/** What reads a script, as its first line says. */
export function languageOf(script: string): Language {
  const first = /^#!\s*(\S+)(?:\s+(?:-S\s+)?(\S+))?/.exec(script);
  const path = first?.[1] ?? "";
  const program = (path.endsWith("/env") ? first?.[2] : path)?.split("/").pop() ?? "";
  if (/^(python|pypy)[\d.]*$/.test(program)) return "python";
  if (/^(Rscript|R|r)$/.test(program)) return "r";
  return program.startsWith("perl") ? "perl" : "shell";
}
