/** Reads rows of a table (RFC 4180), at most so many; what stands between cells is guessed. */
export function rowsOf(text: string, between = guess(text), most = Number.POSITIVE_INFINITY): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  const end = () => {
    row.push(cell);
    rows.push(row);
    row = [];
    cell = "";
  };
  for (let i = 0; i < text.length && rows.length < most; i++) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') {
        cell += '"';
        i++;
      } else quoted = false;
    } else if (c === '"' && cell === "") quoted = true;
    else if (c === between) {
      row.push(cell);
      cell = "";
    } else if (c === "\n") end();
    else if (c !== "\r") cell += c;
  }
  if ((cell || row.length > 0) && rows.length < most) end();
  return rows;
}

function guess(text: string): string {
  const line = text.replace(/"[^"]*"/g, "").split("\n", 1)[0] ?? "";
  const count = (c: string) => line.split(c).length;
  return [",", ";", "\t"].reduce((best, c) => (count(c) > count(best) ? c : best));
}
