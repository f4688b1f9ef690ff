import type { RowLayout } from '../../packages/collector/src/store/tables/column.js';

/** A row by column name; what the world does not look at is left out. */
export type Row = Readonly<Record<string, string>>;

const FIXED_BYTES: Readonly<Record<string, number>> = {
  UInt8: 1,
  Enum8: 1,
  UInt16: 2,
  Date: 2,
  UInt32: 4,
  Float32: 4,
  UInt64: 8,
  Int64: 8,
  Float64: 8,
  DateTime64: 8,
  Decimal: 8,
  UUID: 16,
};

/**
 * Reads rows as the store does, by the columns it is told.
 *
 * @throws {RangeError} when the bytes are no whole rows.
 */
export function readRows(bytes: Buffer, layout: RowLayout['columns'], wanted: ReadonlySet<string>): Row[] {
  const rows: Row[] = [];
  let at = 0;

  function length(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes.readUInt8(at++);
      value += (byte & 127) << shift;
      if (byte < 128) return value;
    }
  }

  function skipTexts(count: number): void {
    for (let left = count; left > 0; left--) {
      const bytesLong = length(); // moves `at` itself
      at += bytesLong;
    }
  }

  while (at < bytes.length) {
    const row: Record<string, string> = {};
    for (const { name, type } of layout) {
      const start = at;
      if (type.startsWith('Map(')) skipTexts(2 * length());
      else if (type.startsWith('Array(')) skipTexts(length());
      else if (type === 'String' || type === 'LowCardinality(String)') {
        const end = length();
        if (wanted.has(name)) row[name] = bytes.toString('utf8', at, at + end);
        at += end;
      } else {
        at += FIXED_BYTES[type.replace(/\(.*/, '')] ?? Number.NaN;
        if (wanted.has(name))
          row[name] = type === 'UUID' ? uuidText(bytes, start) : String(bytes.readBigUInt64LE(start));
      }
    }
    rows.push(row);
  }
  if (at !== bytes.length) throw new RangeError(`the rows end at ${at} of ${bytes.length} bytes`);
  return rows;
}

/** Two UInt64, each little-endian. */
function uuidText(bytes: Buffer, at: number): string {
  const hex =
    Buffer.from(bytes.subarray(at, at + 8))
      .reverse()
      .toString('hex') +
    Buffer.from(bytes.subarray(at + 8, at + 16))
      .reverse()
      .toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
