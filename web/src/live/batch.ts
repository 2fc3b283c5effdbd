/**
 * Collects ids and hands them over together, a pause after the first. While a batch is being worked
 * on the next one waits, so that answers cannot overtake each other.
 */
export class Batch {
  private ids = new Set<number>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private inWork: Set<number> | undefined;

  constructor(
    private readonly pause: number,
    private readonly work: (ids: number[]) => Promise<void>,
  ) {}

  add(id: number): void {
    this.ids.add(id);
    this.plan();
  }

  /** Reports whether an id is waiting to be handed over, or is being worked on. */
  has(id: number): boolean {
    return this.ids.has(id) || this.inWork?.has(id) === true;
  }

  stop(): void {
    clearTimeout(this.timer);
    this.ids.clear();
  }

  private plan(): void {
    if (this.inWork || this.timer !== undefined || this.ids.size === 0) return;
    this.timer = setTimeout(() => void this.run(), this.pause);
  }

  private async run(): Promise<void> {
    this.inWork = this.ids;
    this.ids = new Set();
    this.timer = undefined;
    try {
      await this.work([...this.inWork]);
    } finally {
      this.inWork = undefined;
      this.plan();
    }
  }
}
