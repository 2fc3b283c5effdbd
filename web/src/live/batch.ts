/**
 * Collects ids and hands them over together, a pause after the first. While a batch is being worked
 * on the next one waits, so that answers cannot overtake each other.
 */
export class Batch {
  private ids = new Set<number>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private busy = false;

  constructor(
    private readonly pause: number,
    private readonly work: (ids: number[]) => Promise<void>,
  ) {}

  add(id: number): void {
    this.ids.add(id);
    this.plan();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.ids.clear();
  }

  private plan(): void {
    if (this.busy || this.timer !== undefined || this.ids.size === 0) return;
    this.timer = setTimeout(() => void this.run(), this.pause);
  }

  private async run(): Promise<void> {
    const ids = [...this.ids];
    this.ids.clear();
    this.timer = undefined;
    this.busy = true;
    try {
      await this.work(ids);
    } finally {
      this.busy = false;
      this.plan();
    }
  }
}
