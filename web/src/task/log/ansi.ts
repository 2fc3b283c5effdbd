/** A piece of a line, with the class of its colours. */
export interface Piece {
  text: string;
  look: string; // words such as "fg1 bg4 bold"; "" is plain
  colour?: string; // of those that have no word: #rrggbb
  ground?: string; // the same, of what is behind
}

const longest = 10_000; // characters of a line that are shown

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the terminal's control sequences
const escapes = /\u001b(?:\[([0-9;:?]*)[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

const turning = /[\u202a-\u202e\u2066-\u2069]/g;

/** Shows the characters that would turn what follows around, so that a text reads as it is. */
export function upright(text: string): string {
  return text.replace(turning, (c) => `<U+${c.charCodeAt(0).toString(16).toUpperCase()}>`);
}

/** What a terminal would show of a line: of a progress bar only its last state. */
export function clean(line: string): string {
  return kept(line).replace(escapes, "");
}

function kept(line: string): string {
  const whole = line.endsWith("\r") ? line.slice(0, -1) : line;
  return whole.slice(whole.lastIndexOf("\r") + 1);
}

/** Takes a line apart by its colours. Of control sequences nothing is left: they become words of ours. */
export function pieces(line: string): Piece[] {
  const text = upright(kept(line).slice(0, longest));
  if (!text.includes("\u001b")) return text ? [{ text, look: "" }] : [];
  const out: Piece[] = [];
  const pen = new Pen();
  let at = 0;
  for (const found of text.matchAll(escapes)) {
    push(out, text.slice(at, found.index), pen);
    if (found[2] === "m") pen.take(found[1] ?? "");
    at = found.index + found[0].length;
  }
  push(out, text.slice(at), pen);
  return out;
}

function push(out: Piece[], text: string, pen: Pen): void {
  if (text) out.push({ text, ...pen.draws() });
}

/** What is written or painted with: one of the eight, any other as #rrggbb, or the usual if neither. */
interface Ink {
  n?: number;
  rgb?: string;
}

class Pen {
  private fore: Ink = {};
  private back: Ink = {};
  private bold = false;
  private under = false;
  private turned = false; // what is written with and what is behind it

  draws(): Omit<Piece, "text"> {
    const usual = (ink: Ink) => ink.n === undefined && !ink.rgb;
    const plain = this.turned && usual(this.fore) && usual(this.back);
    const ink = this.turned ? this.back : this.fore;
    const ground = !this.turned ? this.back : usual(this.fore) && !plain ? { n: 7 } : this.fore;
    const look = [
      ink.n !== undefined && `fg${ink.n}`,
      ground.n !== undefined && `bg${ground.n}`,
      plain && "turned",
      this.bold && "bold",
      this.under && "under",
    ];
    return {
      look: look.filter(Boolean).join(" "),
      ...(ink.rgb && { colour: ink.rgb }),
      ...(ground.rgb && { ground: ground.rgb }),
    };
  }

  take(codes: string): void {
    const all = codes.split(";");
    for (let i = 0; i < all.length; i++) {
      const [code = 0, ...parts] = (all[i] ?? "").split(":").map(Number);
      if (code !== 38 && code !== 48) {
        if (parts[0] === 0)
          this.set(code + 20); // 4:0 is no underline
        else this.set(code);
        continue;
      }
      const rest = parts.length > 0 ? parts : all.slice(i + 1, i + 5).map(Number);
      const indexed = rest[0] === 5;
      if (parts.length === 0) i += indexed ? 2 : 4;
      const ink = inkOf(indexed ? rest.slice(1, 2) : rest.length > 3 ? rest.slice(-3) : []); // 38:2 has a colour space at times
      if (!ink) continue;
      if (code === 38) this.fore = ink;
      else this.back = ink;
    }
  }

  private set(code: number): void {
    const [tens, n] = [Math.floor(code / 10), code % 10];
    if (code === 0) {
      this.fore = {};
      this.back = {};
      this.bold = false;
      this.under = false;
      this.turned = false;
    } else if (code === 1) this.bold = true;
    else if (code === 22) this.bold = false;
    else if (code === 4) this.under = true;
    else if (code === 24) this.under = false;
    else if (code === 7) this.turned = true;
    else if (code === 27) this.turned = false;
    else if (code === 39) this.fore = {};
    else if (code === 49) this.back = {};
    else if ((tens === 3 || tens === 9) && n < 8) this.fore = { n };
    else if ((tens === 4 || tens === 10) && n < 8) this.back = { n };
  }
}

/** One of 256 colours, or red, green and blue; undefined if it is none. */
function inkOf(parts: number[]): Ink | undefined {
  const [n = 0] = parts;
  const one = parts.length === 1;
  if ((!one && parts.length !== 3) || parts.some((n) => !(n >= 0 && n <= 255))) return undefined;
  if (one && n < 16) return { n: n % 8 };
  return { rgb: hex(one ? ofMany(n) : parts) };
}

const hex = (parts: number[]) => `#${parts.map((n) => n.toString(16).padStart(2, "0")).join("")}`;

/** Red, green and blue of one of the colours 16 to 255: a cube of 6 by 6 by 6, and 24 greys. */
function ofMany(n: number): number[] {
  if (n >= 232) return Array(3).fill(8 + 10 * (n - 232));
  const at = n - 16;
  return [Math.floor(at / 36), Math.floor(at / 6) % 6, at % 6].map((step) => (step ? 55 + 40 * step : 0));
}

/** Cuts pieces where they have what is searched for, so that it can be marked. */
export function marked(all: Piece[], text: string): (Piece & { hit: boolean })[] {
  const want = text.toLowerCase();
  if (!want) return all.map((piece) => ({ ...piece, hit: false }));
  return all.flatMap((piece) => {
    const small = piece.text.toLowerCase();
    const out: (Piece & { hit: boolean })[] = [];
    let at = 0;
    for (let i = small.indexOf(want); i >= 0; i = small.indexOf(want, at)) {
      if (i > at) out.push({ ...piece, text: piece.text.slice(at, i), hit: false });
      out.push({ ...piece, text: piece.text.slice(i, i + want.length), hit: true });
      at = i + want.length;
    }
    if (at < piece.text.length) out.push({ ...piece, text: piece.text.slice(at), hit: false });
    return out;
  });
}
