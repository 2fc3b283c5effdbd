import type { Command } from "./commands";

/**
 * The commands that have all the words in them, those of the open screen first; with words, those
 * whose name begins with them. A group stays together.
 */
export function fitting(all: readonly Command[], words: string): Command[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const fit = all.filter((command) => {
    const own = `${command.group} ${command.label} ${command.words ?? ""}`.toLowerCase();
    return wanted.every((word) => own.includes(word));
  });
  const begin = words.trim().toLowerCase();
  const rank = (command: Command) => (begin && command.label.toLowerCase().startsWith(begin) ? 0 : 1);
  const groups = [...new Set(fit.map(({ group }) => group))].reverse();
  const best = (group: string) => Math.min(...fit.filter((c) => c.group === group).map(rank));
  return groups
    .sort((a, b) => best(a) - best(b))
    .flatMap((group) => fit.filter((c) => c.group === group).sort((a, b) => rank(a) - rank(b)));
}
