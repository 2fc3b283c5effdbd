/** A piece of a line, with the class of its colours. */
export interface Piece {
  text: string;
  look: string; // words such as "fg1 bold"; "" is plain
}

const longest = 10_000; // characters of a line that are shown

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the terminal's control sequences
const escapes = /\u001b(?:\[([0-9;?]*)[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

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
  const text = kept(line).slice(0, longest);
  if (!text.includes("\u001b")) return text ? [{ text, look: "" }] : [];
  const out: Piece[] = [];
  const pen = new Pen();
  let at = 0;
  for (const found of text.matchAll(escapes)) {
    push(out, text.slice(at, found.index), pen.look);
    if (found[2] === "m") pen.take(found[1] ?? "");
    at = found.index + found[0].length;
  }
  push(out, text.slice(at), pen.look);
  return out;
}

function push(out: Piece[], text: string, look: string): void {
  if (text) out.push({ text, look });
}

class Pen {
  private colour = "";
  private bold = false;
  private under = false;

  get look(): string {
    return [this.colour, this.bold && "bold", this.under && "under"].filter(Boolean).join(" ");
  }

  take(codes: string): void {
    const all = codes.split(";").map(Number);
    for (let i = 0; i < all.length; i++) {
      const code = all[i] ?? 0;
      if (code === 38 || code === 48)
        i += all[i + 1] === 5 ? 2 : 4; // colours that a palette of ours has not
      else this.set(code);
    }
  }

  private set(code: number): void {
    if (code === 0) {
      this.colour = "";
      this.bold = false;
      this.under = false;
    } else if (code === 1) this.bold = true;
    else if (code === 22) this.bold = false;
    else if (code === 4) this.under = true;
    else if (code === 24) this.under = false;
    else if (code === 39) this.colour = "";
    else if (code >= 30 && code <= 37) this.colour = `fg${code - 30}`;
    else if (code >= 90 && code <= 97) this.colour = `fg${code - 90}`;
  }
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
