import { inputError } from './input-error.js';
import type { CategoryColumn, Cell, Column, NumericColumn, RawTable, Table } from './table.js';

export type ColumnKind = Column['kind'];

/** Texts that mean "no value", as R, Python, SQL and spreadsheets write it. */
const MISSING = new Set(['', 'NA', 'N/A', 'NaN', 'nan', 'null', 'NULL', 'None']);

/**
 * Typed columns. A column is numeric when each of its values is a number, unless `kinds` says otherwise: what
 * a model was trained on says how the rows it scores are read.
 *
 * @param kinds - by column; others are told by their values.
 * @throws {InputError} for an infinite number, and for text where `kinds` wants a number.
 */
export function buildTable(raw: RawTable, kinds: ReadonlyMap<string, ColumnKind> = new Map()): Table {
  const columns = raw.names.map((name, at) => {
    const cells = raw.rows.map((row) => row[at]);
    const kind = kinds.get(name) ?? (cells.every(isNumberOrMissing) ? 'numeric' : 'category');
    return kind === 'numeric' ? numericColumn(name, cells) : categoryColumn(name, cells);
  });
  return { rowCount: raw.rows.length, columns };
}

function isMissing(cell: Cell): boolean {
  return cell === null || cell === undefined || Number.isNaN(cell) || (typeof cell === 'string' && MISSING.has(cell));
}

const INFINITE = /^[+-]?inf(inity)?$/i;

/** An infinite number counts as one here, so that it is refused as what it is and does not turn its column into text. */
function isNumberOrMissing(cell: Cell): boolean {
  if (isMissing(cell) || typeof cell === 'number') return true;
  return typeof cell === 'string' && (!Number.isNaN(Number(cell)) || INFINITE.test(cell));
}

function numericColumn(name: string, cells: readonly Cell[]): NumericColumn {
  const values = new Float64Array(cells.length);
  for (const [row, cell] of cells.entries()) values[row] = numberOf(cell, name, row);
  return { kind: 'numeric', name, values };
}

/**
 * The number of a cell, NaN when it is missing.
 *
 * @param row - counted from 0, for the sentence.
 * @throws {InputError} when it is infinite or text.
 */
export function numberOf(cell: Cell, name: string, row: number): number {
  if (isMissing(cell)) return Number.NaN;
  const value = typeof cell === 'string' && INFINITE.test(cell) ? Number.POSITIVE_INFINITY : Number(cell);
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) {
    throw inputError(
      `Row ${row + 1} of column "${name}" holds "${cell}", where a number is needed: mend or empty that cell.`,
    );
  }
  throw inputError(
    `Row ${row + 1} of column "${name}" holds ${cell}, which is no finite number: give its largest sensible value, or leave the cell empty.`,
  );
}

function categoryColumn(name: string, cells: readonly Cell[]): CategoryColumn {
  const codeOf = new Map<string, number>();
  const codes = new Int32Array(cells.length);
  for (const [row, cell] of cells.entries()) {
    const text = textOf(cell);
    if (text === undefined) {
      codes[row] = -1;
      continue;
    }
    const code = codeOf.get(text) ?? codeOf.size;
    codeOf.set(text, code);
    codes[row] = code;
  }
  return { kind: 'category', name, codes, categories: [...codeOf.keys()] };
}

/** The category of a cell; undefined when it is missing. */
export function textOf(cell: Cell): string | undefined {
  return isMissing(cell) ? undefined : String(cell);
}
