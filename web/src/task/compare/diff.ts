export interface Change {
  kind: "same" | "removed" | "added";
  text: string;
}

const most = 3000; // lines of each that are compared one by one

/** The lines of two texts in one column: the longest run that is common to both stays. */
export function diff(a: string, b: string): Change[] {
  const from = a.split("\n");
  const to = b.split("\n");
  let begin = 0;
  while (begin < from.length && begin < to.length && from[begin] === to[begin]) begin++;
  let end = 0;
  const left = () => Math.min(from.length, to.length) - begin - end;
  while (left() > 0 && from[from.length - 1 - end] === to[to.length - 1 - end]) end++;
  const same = (lines: string[]): Change[] => lines.map((text) => ({ kind: "same", text }));
  return [
    ...same(from.slice(0, begin)),
    ...between(from.slice(begin, from.length - end), to.slice(begin, to.length - end)),
    ...same(from.slice(from.length - end)),
  ];
}

function between(from: string[], to: string[]): Change[] {
  const removed = (text: string): Change => ({ kind: "removed", text });
  const added = (text: string): Change => ({ kind: "added", text });
  if (from.length > most || to.length > most) return [...from.map(removed), ...to.map(added)];
  const width = to.length + 1;
  const common = new Uint16Array((from.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = from.length - 1; i >= 0; i--)
    for (let j = to.length - 1; j >= 0; j--)
      common[i * width + j] = from[i] === to[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const out: Change[] = [];
  let i = 0;
  let j = 0;
  while (i < from.length || j < to.length) {
    if (i < from.length && j < to.length && from[i] === to[j]) {
      out.push({ kind: "same", text: from[i++] ?? "" });
      j++;
    } else if (i < from.length && (j >= to.length || at(i + 1, j) >= at(i, j + 1)))
      out.push(removed(from[i++] ?? ""));
    else out.push(added(to[j++] ?? ""));
  }
  return out;
}
