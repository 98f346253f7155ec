/** Gets cells; gives lines with the cells of a column below each other. */

const gap = '   ';

/** Pads each column to its widest cell. The last column is not padded: it may be long. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, cell.length);
    });
  }
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join(gap)
          .trimEnd()}\n`,
    )
    .join('');
}
