import { LIMITS, type MacroRow } from '@tidemark/protocol';
import { splitCsvLine } from './split-csv-line.js';

/** What a file need not say of each row, and in whose days its dates are. */
export interface MacroCsvDefaults {
  readonly series?: string;
  readonly source?: string;
  readonly country?: string;
  /** Of the market's zone: where dates without a time begin. */
  readonly utcOffsetMs: number;
}

export interface NumberedRow {
  readonly lineNumber: number;
  readonly row: MacroRow;
}

/** A line that no row could be made of, and why: a sentence for a person. */
export interface BadLine {
  readonly lineNumber: number;
  readonly field: string;
  readonly reason: string;
}

export interface MacroCsv {
  /** Lines with something on them, the head not counted: `rows` and `bad` together. */
  readonly lines: number;
  readonly rows: readonly NumberedRow[];
  readonly bad: readonly BadLine[];
}

export const MACRO_COLUMNS = ['series', 'period_at', 'known_at', 'value', 'revision', 'source', 'country'] as const;
type MacroColumn = (typeof MACRO_COLUMNS)[number];
/** Every file has these; the others may be given for all of it. */
const REQUIRED = ['period_at', 'known_at', 'value'] as const;
const REVISION_MAX = 65_535;
const DAY_MS = 86_400_000;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const COUNTRY = /^[A-Z]{2}$/;

/** Why the file as a whole is no table of this kind. */
export type MacroCsvOutcome =
  | { readonly kind: 'read'; readonly csv: MacroCsv }
  | { readonly kind: 'unusable'; readonly reason: string };

/**
 * Reads a table of published values: a head that names the columns, then a row a line; commas, semicolons or tabs between them.
 * A line that says no row is named with its reason, and the others count.
 *
 * A date without a time begins a period at 00:00 in the market's zone; as `known_at` it counts from the end of that day, since
 * nobody can tell how early in it the value was published.
 */
export function readMacroCsv(text: string, defaults: MacroCsvDefaults): MacroCsvOutcome {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const headAt = lines.findIndex((line) => line.trim() !== '');
  const headLine = lines[headAt];
  if (headLine === undefined) return { kind: 'unusable', reason: 'it is empty' };
  const separator = [',', ';', '\t'].find((one) => headLine.includes(one)) ?? ',';
  const head = splitCsvLine(headLine, separator)?.map((name) => name.trim().toLowerCase()) ?? [];
  const fault = faultOfHead(head, defaults);
  if (fault !== undefined) return { kind: 'unusable', reason: fault };
  const rows: NumberedRow[] = [];
  const bad: BadLine[] = [];
  for (let at = headAt + 1; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (line.trim() === '') continue;
    const lineNumber = at + 1;
    const read = readLine(splitCsvLine(line, separator), head, defaults);
    if ('row' in read) rows.push({ lineNumber, row: read.row });
    else bad.push({ lineNumber, ...read });
  }
  return { kind: 'read', csv: { lines: rows.length + bad.length, rows, bad } };
}

function faultOfHead(head: readonly string[], defaults: MacroCsvDefaults): string | undefined {
  const known: readonly string[] = MACRO_COLUMNS;
  const unknown = head.find((name) => !known.includes(name));
  if (unknown !== undefined) return `its first line names "${unknown}"; the columns are ${MACRO_COLUMNS.join(', ')}`;
  const twice = head.find((name, i) => head.indexOf(name) !== i);
  if (twice !== undefined) return `its first line names ${twice} twice`;
  const missing = REQUIRED.find((name) => !head.includes(name));
  if (missing !== undefined) return `its first line names no column ${missing}`;
  for (const name of ['series', 'source'] as const) {
    if (!head.includes(name) && defaults[name] === undefined)
      return `it has no column ${name}: add one, or give --${name}`;
  }
  return undefined;
}

type LineFault = Pick<BadLine, 'field' | 'reason'>;

function readLine(
  cells: readonly string[] | undefined,
  head: readonly string[],
  defaults: MacroCsvDefaults,
): { readonly row: MacroRow } | LineFault {
  if (!cells) return { field: '', reason: 'a quotation mark is not closed on its line' };
  if (cells.length !== head.length)
    return { field: '', reason: `${cells.length} values, where the first line names ${head.length}` };
  const cell = (name: MacroColumn): string => cells[head.indexOf(name)]?.trim() ?? '';
  const series = cell('series') || defaults.series || '';
  const source = cell('source') || defaults.source || '';
  const country = cell('country') || defaults.country;
  for (const [field, word] of [
    ['series', series],
    ['source', source],
  ] as const) {
    if (word === '') return { field, reason: 'is missing' };
    if ([...word].length > LIMITS.nameLength) return { field, reason: `is longer than ${LIMITS.nameLength} letters` };
  }
  const periodAt = readTime(cell('period_at'), defaults.utcOffsetMs, 0);
  if (typeof periodAt === 'string') return { field: 'period_at', reason: periodAt };
  const knownAt = readTime(cell('known_at'), defaults.utcOffsetMs, DAY_MS);
  if (typeof knownAt === 'string') return { field: 'known_at', reason: knownAt };
  const value = NUMBER.test(cell('value')) ? Number(cell('value')) : Number.NaN;
  if (!(Math.abs(value) <= Number.MAX_SAFE_INTEGER))
    return { field: 'value', reason: cell('value') === '' ? 'is missing' : 'is no number, or too large a one' };
  const revision = /^\d*$/.test(cell('revision')) ? Number(cell('revision')) : Number.NaN;
  if (!(revision <= REVISION_MAX)) return { field: 'revision', reason: `is no whole number from 0 to ${REVISION_MAX}` };
  if (country !== undefined && !COUNTRY.test(country))
    return { field: 'country', reason: 'is not two capital letters of ISO 3166-1' };
  const row = { series, periodAt, knownAt, value, revision, source };
  return { row: country === undefined ? row : { ...row, country } };
}

/** @param dateMs - what is added to the beginning of a day that is given without a time. @returns why not, as text. */
function readTime(text: string, utcOffsetMs: number, dateMs: number): number | string {
  if (text === '') return 'is missing';
  const isDate = DATE.test(text);
  if (!isDate && !TIME.test(text))
    return 'is neither a date (2026-01-31) nor a time with its zone (2026-01-31T09:15+08:00)';
  const day = Date.parse(text.slice(0, 10));
  if (Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== text.slice(0, 10))
    return 'is no day of the calendar';
  const at = isDate ? day - utcOffsetMs + dateMs : Date.parse(text.replace(' ', 'T'));
  if (Number.isNaN(at)) return 'is no time of a day';
  if (at < LIMITS.occurredAtMinMs || at > LIMITS.occurredAtMaxMs) return 'is before 2000 or after 2099';
  return at;
}
