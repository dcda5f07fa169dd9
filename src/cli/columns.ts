import { stripVTControlCharacters } from "node:util";

/** Lines of cells in columns of their own width. */
export function inColumns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** A foreign text as one line of a terminal, cut to `longest` characters: no escape sequence of its gets there. */
export function oneLine(text: string, longest: number): string {
  const line = stripVTControlCharacters(text)
    .replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ")
    .trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`;
}
