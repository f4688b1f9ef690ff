/** One row in RowBinary, and where each of its columns begins. */
export interface SplitRow {
  readonly bytes: Buffer;
  /** As many as there are columns. */
  readonly offsets: readonly number[];
}

export interface SplitRows {
  readonly rows: readonly SplitRow[];
  /** What is left from the first byte on that is no whole row of these columns. */
  readonly rest: Buffer;
}

/** Moves behind one value, or throws when the bytes end inside it. */
type Skip = (bytes: Buffer, at: number) => number;

/**
 * Cuts RowBinary into its rows.
 *
 * @param types - ClickHouse types of the columns, in order.
 * @returns no rows and everything as rest when a type is none that is written here.
 * @see ClickHouse documentation, "RowBinary".
 */
export function splitRows(bytes: Buffer, types: readonly string[]): SplitRows {
  const skips = types.map(skipOf);
  const rows: SplitRow[] = [];
  let start = 0;
  while (start < bytes.length) {
    const row = rowAt(bytes, start, skips);
    if (!row) break;
    rows.push(row);
    start += row.bytes.length;
  }
  return { rows, rest: bytes.subarray(start) };
}

function rowAt(bytes: Buffer, start: number, skips: readonly (Skip | undefined)[]): SplitRow | undefined {
  const offsets: number[] = [];
  let at = start;
  try {
    for (const skip of skips) {
      if (!skip) return undefined;
      offsets.push(at - start);
      at = skip(bytes, at);
      if (at > bytes.length) return undefined;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined; // a length stood where the bytes end
  }
  return at === start ? undefined : { bytes: bytes.subarray(start, at), offsets };
}

const WIDTHS: Readonly<Record<string, number>> = {
  UInt8: 1,
  Int8: 1,
  Bool: 1,
  Enum8: 1,
  UInt16: 2,
  Int16: 2,
  Date: 2,
  Enum16: 2,
  UInt32: 4,
  Int32: 4,
  Float32: 4,
  DateTime: 4,
  UInt64: 8,
  Int64: 8,
  Float64: 8,
  DateTime64: 8,
  UUID: 16,
};

/** Bytes of a value, where all values of the type have as many. */
export function widthOf(type: string): number | undefined {
  const [name = '', inner = ''] = nameAndInner(type);
  if (name !== 'Decimal') return WIDTHS[name];
  const digits = Number(inner.split(',')[0]);
  return digits <= 9 ? 4 : digits <= 18 ? 8 : undefined;
}

function nameAndInner(type: string): readonly string[] {
  return /^(\w+)(?:\((.*)\))?$/s.exec(type)?.slice(1) ?? [];
}

export function skipOf(type: string): Skip | undefined {
  const [name = '', inner = ''] = nameAndInner(type);
  const width = widthOf(type);
  if (width !== undefined) return (_, at) => at + width;
  switch (name) {
    case 'String':
      return skipString;
    case 'LowCardinality':
      return skipOf(inner);
    case 'Array':
      return skipMany([inner]);
    case 'Map':
      return skipMany(parametersOf(inner));
    default:
      return undefined;
  }
}

/** A count, then so many times the values of these types. */
function skipMany(types: readonly string[]): Skip | undefined {
  const skips: Skip[] = [];
  for (const type of types) {
    const skip = skipOf(type);
    if (!skip) return undefined;
    skips.push(skip);
  }
  return (bytes, from) => {
    let [count, at] = readVarint(bytes, from);
    for (; count > 0; count--) {
      for (const skip of skips) at = skip(bytes, at);
      if (at > bytes.length) return at; // a count that damage made would run for long
    }
    return at;
  };
}

function skipString(bytes: Buffer, from: number): number {
  const byte = bytes[from];
  if (byte !== undefined && byte < 128) return from + 1 + byte; // nearly always
  const [length, at] = readVarint(bytes, from);
  return at + length;
}

/** `LowCardinality(String), Map(String, String)`: commas inside parentheses part nothing. */
function parametersOf(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')') depth--;
    else if (text[i] === ',' && depth === 0) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  return [...parts, text.slice(start).trim()];
}

/** @returns the number and where it ends.  @throws {RangeError} when the bytes end inside it. */
export function readVarint(bytes: Buffer, from: number): [value: number, end: number] {
  let value = 0;
  let scale = 1;
  for (let at = from; ; at++) {
    const byte = bytes.readUInt8(at);
    value += (byte & 127) * scale;
    if (byte < 128) return [value, at + 1];
    scale *= 128;
  }
}
