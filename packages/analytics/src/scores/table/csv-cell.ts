/** A cell of delimited text, and the place behind it: a separator, a line end, or the end of the text. */
export interface CsvCell {
  readonly value: string;
  readonly end: number;
}

/**
 * Reads a cell: up to the separator or the line's end, or in quotation marks, which may hold both, and a mark written twice.
 *
 * @param start - where it begins.
 * @returns undefined when its quotation mark is not closed. What stands behind a closed one is the caller's matter.
 * @see RFC 4180, section 2.
 */
export function readCsvCell(text: string, start: number, separator: string): CsvCell | undefined {
  if (text[start] !== '"') {
    let end = start;
    while (end < text.length && text[end] !== separator && text[end] !== '\n' && text[end] !== '\r') end += 1;
    return { value: text.slice(start, end).trim(), end };
  }
  let value = '';
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return undefined;
    value += text.slice(from, quote);
    if (text[quote + 1] !== '"') return { value, end: quote + 1 };
    value += '"';
    from = quote + 2;
  }
}
