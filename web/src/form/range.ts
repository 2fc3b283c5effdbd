/** The values of an array's elements, as the server reads them too: see array.go. */
export interface Range {
  first: number;
  last: number;
  step: number;
  parallel: number; // at most so many at once; 0 = no limit
}

const most = 1_000_000;
const number = "\\s*(\\d{1,15})\\s*";
const shape = new RegExp(`^\\s*(\\d{1,15})\\s*(?::${number}(?::${number})?)?(?:%(\\d{1,9}))?\\s*$`);

/** Reads N (which is 1:N), first:last or first:last:step, each with an optional %M; undefined is anything else. */
export function rangeOf(values: string): Range | undefined {
  const range = shaped(values);
  return range && countOf(range) <= most ? range : undefined;
}

/** Reports whether values are written well, and are more than an array may have. */
export function isTooMany(values: string): boolean {
  const range = shaped(values);
  return range !== undefined && countOf(range) > most;
}

function shaped(values: string): Range | undefined {
  const found = shape.exec(values);
  if (!found) return undefined;
  const [, a, b, c, limit] = found;
  const range = {
    first: b === undefined ? 1 : Number(a),
    last: Number(b ?? a),
    step: Number(c ?? 1),
    parallel: Number(limit ?? 0),
  };
  const wrong = range.step < 1 || range.last < range.first || (limit !== undefined && range.parallel < 1);
  return wrong ? undefined : range;
}

export function countOf({ first, last, step }: Range): number {
  return Math.floor((last - first) / step) + 1;
}

/** The first values, and the very last one where they are not all. */
export function someOf(range: Range, some = 4): { first: number[]; last?: number } {
  const count = countOf(range);
  const value = (i: number) => range.first + i * range.step;
  const shown = count <= some + 1 ? count : some;
  const first = Array.from({ length: shown }, (_, i) => value(i));
  return shown < count ? { first, last: value(count - 1) } : { first };
}
