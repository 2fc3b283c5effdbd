/** The times beside a chart's axis, which holds steps of so many seconds: times of the day or days, with what is greater where it begins. */
export function timesOf(splits: readonly number[], step: number): string[] {
  let before = "";
  return splits.map((epoch) => {
    const date = new Date(epoch * 1000);
    const small =
      step < 60
        ? seconds.format(date)
        : step < day
          ? time.format(date)
          : step < 28 * day
            ? days.format(date)
            : months.format(date);
    const great = step < day ? days.format(date) : String(date.getFullYear());
    const told = great === before || (step >= day && before === "" && great === thisYear());
    before = great;
    return told ? small : `${small}\n${great}`;
  });
}

const day = 86_400;
const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const seconds = new Intl.DateTimeFormat(undefined, { timeStyle: "medium", hourCycle: "h23" });
const days = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric" });
const months = new Intl.DateTimeFormat(undefined, { month: "short" });

function thisYear(): string {
  return String(new Date().getFullYear());
}

/** From when to when a chart goes. A bar begins at its time, and so the last one wants its step as well. */
export function spanOf(times: readonly number[], bars: boolean): [number, number] {
  const first = times[0] ?? 0;
  const last = times.at(-1) ?? first;
  const step = last - (times.at(-2) ?? last - 3600);
  return [first, bars || last === first ? last + step : last];
}

/** Labels beside an axis, without those that say the same as the one before. */
export function apart(labels: readonly string[]): string[] {
  return labels.map((label, i) => (label === labels[i - 1] ? "" : label));
}
