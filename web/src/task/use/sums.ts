/** What an attempt used over time: columns of the same length; times in epoch seconds. */
export interface Samples {
  time: number[];
  cpu: number[]; // cpus at work
  ram: number[]; // bytes
  read: number[]; // bytes a second, as all that follow
  written: number[];
  received: number[];
  sent: number[];
}

/** Reads lines of sums and makes speeds of them. What is no line of numbers is passed over. */
export function samplesOf(csv: string): Samples {
  const rows = csv
    .split("\n")
    .slice(1)
    .map((line) => line.split(",").map(Number))
    .filter((row) => row.length === 7 && row.every((n) => Number.isFinite(n) && n >= 0));
  const out: Samples = { time: [], cpu: [], ram: [], read: [], written: [], received: [], sent: [] };
  let before: number[] | undefined;
  for (const row of rows) {
    const [time = 0, , ram = 0] = row;
    const seconds = before ? time - (before[0] ?? 0) : 0;
    const speed = (column: number) =>
      Math.max(0, (row[column] ?? 0) - (before?.[column] ?? 0)) / Math.max(seconds, 0.001);
    if (before && seconds > 0) {
      out.time.push(time);
      out.cpu.push(speed(1));
      out.ram.push(ram);
      out.read.push(speed(3));
      out.written.push(speed(4));
      out.received.push(speed(5));
      out.sent.push(speed(6));
    }
    before = row;
  }
  return out;
}
