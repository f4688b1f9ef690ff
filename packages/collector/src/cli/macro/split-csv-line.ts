import { readCsvCell } from '@tidemark/analytics/scores';

/**
 * Cuts one line of a CSV table into its values. Unlike a table that is read whole, one of many lines that is none does not spoil the
 * others, so a value in quotation marks ends on its line.
 *
 * @returns undefined when a quotation mark is not closed, or something stands behind the closing one.
 */
export function splitCsvLine(line: string, separator: string): string[] | undefined {
  const cells: string[] = [];
  for (let at = 0; ; ) {
    const cell = readCsvCell(line, at, separator);
    if (!cell) return undefined;
    cells.push(cell.value);
    if (cell.end === line.length) return cells;
    if (line[cell.end] !== separator) return undefined;
    at = cell.end + 1;
  }
}
