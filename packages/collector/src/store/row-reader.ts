import { readVarint, skipOf } from './split-rows.js';
import type { RowLayout } from './tables/column.js';

/** The wanted columns of one row: texts, and numbers for whatever counts or is a time; a zero UUID is an empty text. */
export type ReadRow<Name extends string> = Readonly<Record<Name, string | number>>;

const NOBODY = '00000000-0000-0000-0000-000000000000';
const DECIMALS = 10_000;
const BYTES_HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/**
 * Reads some columns of rows in RowBinary and passes over the others.
 *
 * @returns a reader that gives the rows in order; it stops where the bytes are no whole row. A column that the layout does not
 * have is an empty text.
 */
export function createRowReader<Name extends string>(
  layout: RowLayout,
  wanted: readonly Name[],
): (bytes: Buffer) => ReadRow<Name>[] {
  const steps = layout.columns.map(({ name, type }) => ({
    name: wanted.find((one) => one === name),
    skip: skipOf(type),
    read: readerOf(type),
  }));
  const empty = Object.fromEntries(wanted.map((name) => [name, ''])) as Record<Name, string | number>; // each of them
  return (bytes) => {
    const rows: ReadRow<Name>[] = [];
    for (let at = 0; at < bytes.length; ) {
      const row = { ...empty };
      try {
        for (const { name, skip, read } of steps) {
          if (!skip) return rows;
          if (name !== undefined) row[name] = read(bytes, at);
          at = skip(bytes, at);
        }
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        return rows; // a length stood where the bytes end
      }
      if (at > bytes.length) return rows;
      rows.push(row);
    }
    return rows;
  };
}

function readerOf(type: string): (bytes: Buffer, at: number) => string | number {
  if (type.includes('String') && !type.startsWith('Array') && !type.startsWith('Map')) return readText;
  if (type === 'UUID') return readUuid;
  if (type.startsWith('DateTime64') || type === 'UInt64' || type === 'Int64') return readInt64;
  if (type.startsWith('Decimal')) return (bytes, at) => readInt64(bytes, at) / DECIMALS;
  if (type.startsWith('Enum8') || type === 'UInt8') return (bytes, at) => bytes.readUInt8(at);
  return () => '';
}

function readText(bytes: Buffer, at: number): string {
  const [length, start] = readVarint(bytes, at);
  return length === 0 ? '' : bytes.toString('utf8', start, start + length);
}

function readInt64(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readInt32LE(at + 4) * 4_294_967_296;
}

/** Two UInt64, each little-endian: the text's bytes 7..0, then 15..8. */
function readUuid(bytes: Buffer, at: number): string {
  let text = '';
  for (let i = 0; i < 16; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) text += '-';
    text += BYTES_HEX[bytes.readUInt8(at + (i ^ 7))];
  }
  return text === NOBODY ? '' : text;
}
