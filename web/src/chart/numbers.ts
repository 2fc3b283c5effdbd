const short = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });
const fine = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 2 });
const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

/** A number for a narrow place: 1.2M. */
export function compact(n: number): string {
  return (n !== 0 && Math.abs(n) < 1 ? fine : short).format(n);
}

/** A number with as many digits as say something. */
export function figure(n: number): string {
  return (Math.abs(n) < 100 ? tenth : whole).format(n);
}

/** A part of a whole; nothing of nothing is no number. */
export function percent(part: number, of: number): string {
  return of > 0 ? `${Math.round((100 * part) / of)} %` : "–";
}

/** How long the bar behind a figure is, from 0 to 1: what is shown as 0 has none. */
export function barOf(value: number, most: number): number {
  return most > 0 && figure(value) !== figure(0) ? value / most : 0;
}
