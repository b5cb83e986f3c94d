// CSV (RFC 4180) as far as the pages touch it: a long file in pieces that each begin with its header,
// and rows written for a spreadsheet.

export interface CsvPiece {
  text: string; // the header and some rows
  lines_before: number; // lines of the file between its header and this piece
}

/// Where the line that begins at `from` ends, after its line feed; one inside quotes does not end it.
function rowEnd(text: string, from: number): number {
  let quoted = false;
  for (let at = from; at < text.length; at += 1) {
    const letter = text.charCodeAt(at);
    if (letter === 34) quoted = !quoted;
    else if (letter === 10 && !quoted) return at + 1;
  }
  return text.length;
}

/// Pieces of at most so many rows. A file without rows is one piece, so that the server can say what
/// is wrong with it.
export function csvPieces(text: string, rowsMax: number): CsvPiece[] {
  const body = rowEnd(text, 0);
  const header = text.slice(0, body);
  const lineFeeds = (piece: string) => piece.split("\n").length - 1;
  const pieces: CsvPiece[] = [];
  let begin = body;
  let lines = 0;
  while (begin < text.length) {
    let end = begin;
    for (let row = 0; row < rowsMax && end < text.length; row += 1) end = rowEnd(text, end);
    const rows = text.slice(begin, end);
    pieces.push({ text: header + rows, lines_before: lines });
    lines += lineFeeds(rows);
    begin = end;
  }
  return pieces.length > 0 ? pieces : [{ text, lines_before: 0 }];
}

/// A cell that begins like a formula is made text: spreadsheets would run it (CWE-1236).
function cell(value: string | number | null): string {
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value ?? "") ? `'${value}` : (value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csvOf(rows: (string | number | null)[][]): string {
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}
