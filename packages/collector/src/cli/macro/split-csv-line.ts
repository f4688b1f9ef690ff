/**
 * Cuts one line of a CSV table into its values. A value in quotation marks may hold the separator, and a mark written twice;
 * it ends on its line.
 *
 * @returns undefined when a quotation mark is not closed, or something stands behind the closing one.
 * @see RFC 4180, section 2, without its line breaks inside values.
 */
export function splitCsvLine(line: string, separator: string): string[] | undefined {
  const cells: string[] = [];
  for (let at = 0; ; ) {
    if (line[at] !== '"') {
      const end = line.indexOf(separator, at);
      cells.push(end === -1 ? line.slice(at) : line.slice(at, end));
      if (end === -1) return cells;
      at = end + 1;
      continue;
    }
    let end = line.indexOf('"', at + 1);
    while (end !== -1 && line[end + 1] === '"') end = line.indexOf('"', end + 2);
    if (end === -1) return undefined;
    cells.push(line.slice(at + 1, end).replaceAll('""', '"'));
    if (end + 1 === line.length) return cells;
    if (line[end + 1] !== separator) return undefined;
    at = end + 2;
  }
}
