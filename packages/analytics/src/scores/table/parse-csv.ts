import { readCsvCell } from './csv-cell.js';
import { inputError } from './input-error.js';
import type { RawTable } from './table.js';

/**
 * A table of delimited text with a header line, quotes doubled within quotes (RFC 4180, any one-character separator).
 * Line ends are LF or CRLF; a byte order mark and empty lines are passed over.
 *
 * @throws {InputError} naming the line that has too few or too many cells, an open quote, or a header with twins.
 */
export function parseCsv(text: string, separator = ','): RawTable {
  if (separator.length !== 1 || separator === '"' || separator === '\n') {
    throw inputError(`A separator is one character such as "," or ";", not "${separator}".`);
  }
  const [names, ...rows] = readRecords(text.startsWith('\ufeff') ? text.slice(1) : text, separator);
  if (!names) throw inputError('The table is empty: its first line has to name the columns.');
  const twin = names.find((name, at) => names.indexOf(name) !== at);
  if (twin !== undefined) throw inputError(`The header names the column "${twin}" twice: give each a name of its own.`);
  const odd = rows.findIndex((row) => row.length !== names.length);
  if (odd >= 0) {
    throw inputError(
      `Row ${odd + 1} has ${rows[odd]?.length} cells where the header has ${names.length}: is "${separator}" the separator?`,
    );
  }
  return { names, rows };
}

function readRecords(text: string, separator: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  while (at < text.length) {
    const cell = readCsvCell(text, at, separator);
    if (!cell) throw inputError(`The quote opened in row ${records.length} is never closed.`);
    record.push(cell.value);
    at = cell.end;
    if (text[at] === separator) {
      at += 1;
      if (at === text.length || text[at] === '\n' || text[at] === '\r')
        record.push(''); // a last, empty cell
      else continue;
    }
    if (text[at] === '\r') at += 1;
    if (at < text.length && text[at] !== '\n') {
      throw inputError(
        `Row ${records.length} has text behind a closing quote: double a quote that belongs to the text.`,
      );
    }
    at += 1;
    if (record.length > 1 || record[0] !== '') records.push(record);
    record = [];
  }
  return records;
}
