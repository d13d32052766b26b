/** A cell of a table: numbers stay numbers, undefined is empty. */
export type Cell = string | number | boolean | undefined;

/**
 * A line of CSV (RFC 4180). Spreadsheets take a text that begins with `=`, `+`, `-`, `@`, a tab or a carriage return for a
 * formula, which may come from the sender of a request: an apostrophe before it makes it text. Numbers are left as they are.
 */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

function csvCell(cell: Cell): string {
  if (typeof cell !== "string") return cell === undefined ? "" : String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
