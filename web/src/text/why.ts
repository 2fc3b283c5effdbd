// What the page says of a task that waits.

export const why = {
  title: "Why it waits",
  now: "It starts now.",
  ahead: (n: number, all: number) =>
    `${n === 1 ? "1 task has its turn" : `${n.toLocaleString()} tasks have their turns`} before it, of ${all.toLocaleString()} that wait.`,
  expected: (earliest: string, latest: string | null) =>
    latest === earliest
      ? `It is likely to start at about ${earliest}.`
      : latest == null
        ? `It is likely to start from ${earliest} on.`
        : `It is likely to start between ${earliest} and ${latest}.`,
  held: (held: number, all: number) =>
    `(${Math.round((100 * held) / all)} % of ${all.toLocaleString()} estimates held.)`,
  unproven: "",
  suppose: "What if it asked for",
  cpu: "cpus",
  ram: "GB",
  limit: "Longest run",
  limitHint: "longest run, such as 2h",
  ask: "Ask",
  wouldStart: "It would start now.",
};
