import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect, test } from "vitest";

const mantine = resolve("node_modules/@mantine/core");
const everywhere = ["baseline", "default-css-variables", "global"]; // styles of no part
const read = (file: string) => readFileSync(file, "utf8");
const styleOf = (name: string) => join(mantine, "styles", `${name}.css`);

/** What is imported from Mantine's index anywhere in a folder. */
function namesIn(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file))
    .flatMap((file) => [...read(join(dir, file)).matchAll(/import \{([^}]*)\} from "@mantine\/core"/g)])
    .flatMap(([, names = ""]) => names.split(",").map((name) => name.trim().replace(/^type /, "")));
}

/** The modules that Mantine's index has its names from. */
function origins(): Map<string, string> {
  const index = join(mantine, "esm/index.mjs");
  const imports = [...read(index).matchAll(/import \{([^}]*)\} from "(\.[^"]*)"/g)];
  return new Map(
    imports.flatMap(([, names = "", from = ""]) =>
      names.split(",").map((name) => [name.trim().split(" as ").at(-1) ?? "", resolve(dirname(index), from)]),
    ),
  );
}

/** The parts with styles of their own that modules are made of. */
function partsOf(modules: string[]): Set<string> {
  const seen = new Set<string>();
  const parts = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    const part = /([^/]+)\.module\.mjs$/.exec(file)?.[1];
    if (part && existsSync(styleOf(part))) parts.add(part);
    for (const [, to = ""] of read(file).matchAll(/from "(\.[^"]*)"/g)) visit(resolve(dirname(file), to));
  };
  modules.forEach(visit);
  return parts;
}

test("the styles of all parts that are used are there, in Mantine's order, and no others", () => {
  const from = origins();
  const used = partsOf(namesIn("src").flatMap((name) => from.get(name) ?? []));
  expect(used.size).toBeGreaterThan(20);
  const all = read(join(mantine, "styles.css"));
  const place = (name: string) => all.indexOf(read(styleOf(name)).slice(0, 100));
  const want = [...everywhere, ...used].toSorted((a, b) => place(a) - place(b));
  const imported = read("src/ui/mantine.css").matchAll(/@import "@mantine\/core\/styles\/(.*)\.css";/g);
  expect([...imported].map(([, name]) => name)).toEqual(want);
});
