/** How much of a log the page holds; the rest is in the file. */
export const limits = { lines: 20_000, block: 200 };

/** A run of whole lines. */
export interface Block {
  first: number; // number of its first line, from 0
  lines: string[];
}

export interface LogView {
  blocks: readonly Block[];
  tail: string; // the line that is still being written
  dropped: number; // lines that were let go of at the beginning
}

/** Collects the pieces of a log as the stream brings them: pieces end anywhere, also within a line. */
export class LogBuffer {
  private blocks: Block[] = [];
  private rest = "";
  private dropped = 0;
  private last = -1;
  private count = 0;

  /** Adds a piece. One that was seen before, by its offset, is ignored: a resumed stream may repeat it. */
  append(offset: number, piece: string): void {
    if (offset <= this.last) return;
    if (!Number.isNaN(offset)) this.last = offset;
    const lines = (this.rest + piece).split("\n");
    this.rest = lines.pop() ?? "";
    for (const line of lines) this.push(clean(line));
    this.trim();
  }

  clear(): void {
    this.blocks = [];
    this.rest = "";
    this.dropped = 0;
    this.last = -1;
    this.count = 0;
  }

  /** What to draw. Only the last block is new each time; the others may be compared by identity. */
  view(): LogView {
    const last = this.blocks.pop();
    if (last) this.blocks.push({ ...last });
    return { blocks: [...this.blocks], tail: clean(this.rest), dropped: this.dropped };
  }

  private push(line: string): void {
    const block = this.blocks.at(-1);
    if (block && block.lines.length < limits.block) block.lines.push(line);
    else this.blocks.push({ first: this.count, lines: [line] });
    this.count++;
  }

  private trim(): void {
    while (this.count - this.dropped > limits.lines && this.blocks.length > 1) {
      this.dropped += this.blocks.shift()?.lines.length ?? 0;
    }
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the terminal's control sequences
const escapes = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** What a terminal would show of a line: no colours, and of a progress bar only its last state. */
export function clean(line: string): string {
  const plain = line.includes("\u001b") ? line.replace(escapes, "") : line;
  const kept = plain.endsWith("\r") ? plain.slice(0, -1) : plain;
  return kept.slice(kept.lastIndexOf("\r") + 1);
}
