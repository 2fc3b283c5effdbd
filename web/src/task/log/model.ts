import { address, client, fileAddress, want } from "../../api/client";
import { follow, type Link } from "../../live/source";

export type Stream = "stdout" | "stderr";

export const fileOf: Record<Stream, string> = { stdout: "god.log", stderr: "god.err" };

const chunksKept = 40;
const longestChunk = 8 << 20; // bytes; of longer ones the beginning is shown
const longestTail = 20_000; // lines that are held as they came, before the server is asked where they lie

/**
 * A log of any length. The server says where every thousandth line begins; what lies before the last of
 * these places is fetched in chunks, when somebody looks there, and what lies behind it comes as it is
 * written.
 */
export class LogModel {
  link: Link = "connecting";
  ended = false;
  loaded = false;
  private every = 1000;
  private offsets: number[] = [];
  private base = 0; // lines before the tail
  private tail: string[] = [];
  private rest = "";
  private last = -1;
  private chunks = new Map<number, string[] | undefined>(); // undefined: on its way
  private stop = () => {};
  private closed = false;
  private indexing = false;
  private frame = 0;
  private version = 0;
  private listeners = new Set<() => void>();

  constructor(
    readonly task: number,
    readonly stream: Stream,
  ) {}

  /** How many lines there are, the one that is being written among them. */
  get count(): number {
    return this.base + this.tail.length + (this.rest ? 1 : 0);
  }

  /** A line as it was written; undefined while it is fetched. */
  line(n: number): string | undefined {
    if (n >= this.base) return this.tail[n - this.base] ?? this.rest;
    const chunk = Math.floor(n / this.every);
    if (this.chunks.has(chunk)) return this.chunks.get(chunk)?.[n % this.every];
    void this.fetch(chunk);
    return undefined;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): number => this.version;

  async open(): Promise<void> {
    for (let pause = 1000; !this.closed; pause = Math.min(2 * pause, 20_000)) {
      try {
        await this.index();
        break;
      } catch {
        this.link = "lost";
        this.draw();
        await new Promise((again) => setTimeout(again, pause));
      }
    }
    if (this.closed) return;
    const from = this.offsets.at(-1) ?? 0;
    this.stop = follow(address(`/task/${this.task}/log?stream=${this.stream}&follow=1&from=${from}`), {
      link: (link) => {
        this.link = link;
        this.draw();
      },
      restart: () => this.restart(from),
      on: {
        log: (e) => this.append(Number.parseInt(e.lastEventId, 10), JSON.parse(e.data).text ?? ""),
        end: () => {
          this.ended = true;
          this.loaded = true;
          this.stop();
          this.draw();
        },
      },
    });
  }

  close(): void {
    this.closed = true;
    this.stop();
    cancelAnimationFrame(this.frame);
  }

  /** Asks where the lines lie. What of the tail lies before the last place is let go of. */
  private async index(): Promise<void> {
    if (this.indexing) return;
    this.indexing = true;
    try {
      const path = { id: String(this.task) };
      const found = await want(
        client.GET("/task/{id}/lines", { params: { path, query: { stream: this.stream } } }),
      );
      const offsets = found.offsets ?? [];
      const base = Math.max(0, offsets.length - 1) * found.every;
      if (base < this.base) return; // the places are further apart now, and none lies behind these
      this.tail.splice(0, base - this.base);
      if (found.every !== this.every) this.chunks.clear();
      this.every = found.every;
      this.offsets = offsets;
      this.base = base;
      this.loaded ||= found.lines === 0 || base > 0;
    } finally {
      this.indexing = false;
    }
    this.draw();
  }

  /** The stream begins anew at the place where it first began. */
  private restart(from: number): void {
    const at = this.offsets.indexOf(from);
    this.base = Math.max(0, at) * this.every;
    this.tail = [];
    this.rest = "";
    this.last = -1;
  }

  private append(offset: number, piece: string): void {
    if (offset <= this.last) return; // a resumed stream may repeat itself
    if (!Number.isNaN(offset)) this.last = offset;
    const lines = (this.rest + piece).split("\n");
    this.rest = lines.pop() ?? "";
    for (const line of lines) this.tail.push(line);
    this.loaded = true;
    if (this.tail.length > longestTail) void this.index().catch(() => {});
    this.draw();
  }

  private async fetch(chunk: number): Promise<void> {
    this.chunks.set(chunk, undefined);
    const from = this.offsets[chunk] ?? 0;
    const to = Math.min(this.offsets[chunk + 1] ?? from, from + longestChunk) - 1;
    try {
      const res = await fetch(fileAddress(this.task, fileOf[this.stream]), {
        headers: { Range: `bytes=${from}-${to}` },
      });
      if (res.status !== 206) throw new Error(res.statusText);
      this.chunks.set(chunk, (await res.text()).split("\n"));
      this.forget(chunk);
    } catch {
      setTimeout(() => {
        this.chunks.delete(chunk); // whoever looks asks again
        this.draw();
      }, 2000);
    }
    this.draw();
  }

  private forget(newest: number): void {
    for (const chunk of this.chunks.keys()) {
      if (this.chunks.size <= chunksKept) return;
      if (chunk !== newest && this.chunks.get(chunk)) this.chunks.delete(chunk);
    }
  }

  /** Tells that something changed, at most once a frame. */
  private draw(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.version++;
      for (const tell of this.listeners) tell();
    });
  }
}
