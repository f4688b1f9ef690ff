import { readVarint, type SplitRow, splitRows } from '../split-rows.js';
import type { RowLayout } from '../tables/column.js';
import { formsOf, isDistinctive, jsonNeedles, USER_NAMES } from './subject-ids.js';
import { SUBJECT_COLUMNS } from './subject-tables.js';

/** Rows in the load format that are somebody's: as they wait in the WAL, or lie in `rejected` because the store refused them. */
export function countSubjectRows(layout: RowLayout, bytes: Buffer, id: string): number {
  const holds = createRowSubject(layout, id);
  const types = layout.columns.map(({ type }) => type);
  return splitRows(bytes, types).rows.filter(holds).length;
}

/** Gives a reader that tells whether a row, written by this layout, is the subject's. */
function createRowSubject(layout: RowLayout, id: string): (row: SplitRow) => boolean {
  const forms = new Set(formsOf(id));
  const needles = jsonNeedles(id);
  const anywhere = isDistinctive(id);
  const isTheirs = ([name, value]: readonly [string, string]): boolean =>
    forms.has(value) && (anywhere || USER_NAMES.some((word) => name.toLowerCase().includes(word)));
  const tests = layout.columns.flatMap(({ name, type }, at): ((row: SplitRow) => boolean)[] => {
    const offset = ({ offsets }: SplitRow) => offsets[at] as number; // a row has as many as its layout has columns
    if (layout.table === 'rejected' && name === 'raw') {
      return [(row) => needles.some((needle) => readText(row.bytes, offset(row))[0].includes(needle))];
    }
    if (type.startsWith('Map(')) return [(row) => mapEntries(row.bytes, offset(row)).some(isTheirs)];
    if (!(SUBJECT_COLUMNS as readonly string[]).includes(name)) return [];
    if (type === 'UUID') return [(row) => forms.has(readUuid(row.bytes, offset(row)))];
    return [(row) => forms.has(readText(row.bytes, offset(row))[0])];
  });
  return (row) => tests.some((test) => test(row));
}

function readText(bytes: Buffer, at: number): [text: string, end: number] {
  const [length, start] = readVarint(bytes, at);
  return [bytes.toString('utf8', start, start + length), start + length];
}

/** A count, then keys and values in turn. */
function mapEntries(bytes: Buffer, from: number): [name: string, value: string][] {
  const entries: [string, string][] = [];
  let [count, at] = readVarint(bytes, from);
  for (; count > 0; count--) {
    const [name, valueAt] = readText(bytes, at);
    const [value, end] = readText(bytes, valueAt);
    entries.push([name, value]);
    at = end;
  }
  return entries;
}

/** Two UInt64, each little-endian: the text's bytes 7..0, then 15..8. */
function readUuid(bytes: Buffer, at: number): string {
  const half = (from: number) => bytes.readBigUInt64LE(from).toString(16).padStart(16, '0');
  const hex = half(at) + half(at + 8);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
