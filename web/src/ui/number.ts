import { text } from "../text";

/** The number that a text is: 1.5, 1,5 or 1e3. What may mean two numbers, as 1,500 does, is none. */
export function readNumber(words: string): number | undefined {
  const plain = words.trim().replace(/^(\d+),(\d{1,2}|\d{4,})$/, "$1.$2");
  if (!/^\d+(\.\d+)?(e\+?\d{1,2})?$/i.test(plain)) return undefined;
  const n = Number(plain);
  return n <= 1e15 ? n : undefined;
}

/** Says that a number is out of bounds, if it is. */
export function outside(value: number | string, min?: number, max?: number): string | undefined {
  if (value === "" || Number.isNaN(Number(value))) return undefined;
  const n = Number(value);
  if (!((min !== undefined && n < min) || (max !== undefined && n > max))) return undefined;
  if (max === undefined) return text.amount.least(min ?? 0);
  return min === undefined ? text.amount.most(max) : text.amount.between(min, max);
}
