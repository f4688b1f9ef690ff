import { readVarint, skipOf, widthOf } from './split-rows.js';
import type { RowLayout } from './tables/column.js';

/** Walks along rows in RowBinary, and reads of the row it stands on what it is asked for. */
export interface RowReader<Name extends string> {
  /** Puts it before the first row. */
  begin(bytes: Buffer): void;
  /** Goes to the next row. @returns false at the end, and where the bytes are no whole row. */
  next(): boolean;
  /** What is left behind the last whole row, once `next` has said that there is none. */
  rest(): Buffer;
  /**
   * Texts, and numbers for whatever counts or is a time; a list of texts is one, joined by commas; a map is JSON; a zero UUID is
   * an empty text, and so is a column that the layout does not have. To be asked while it stands on a row.
   */
  readonly columns: RowColumns<Name>;
}

export type RowColumns<Name extends string> = Readonly<Record<Name, () => string | number>>;

type Value = string | number;
/** @returns the value that begins there. */
type Read = (bytes: Buffer, at: number) => Value;

/** What lies between two columns that are read is passed over in as few steps as can be. */
interface Step {
  /** Of the wanted column that begins here; -1 for none. */
  readonly slot: number;
  /** Bytes, where that is the same for all values; 0 otherwise. */
  readonly width: number;
  readonly skip: (bytes: Buffer, at: number) => number;
}

const NO_BYTES: Buffer = Buffer.alloc(0);
const DECIMALS = 10_000;

export function createRowReader<Name extends string>(layout: RowLayout, wanted: readonly Name[]): RowReader<Name> {
  const steps = stepsOf(layout, wanted) ?? [];
  const offsets = wanted.map(() => 0);
  let bytes = NO_BYTES;
  let end = 0;
  let isOver = false;

  function columnOf(name: Name, slot: number): () => Value {
    const type = layout.columns.find((column) => column.name === name)?.type;
    if (type === undefined) return () => '';
    const read = readerOf(type);
    return () => read(bytes, offsets[slot] ?? 0);
  }

  /** Some forty steps a row, of which most are an empty text or a fixed width: only the others are worth a call. */
  function pass(): number {
    let at = end;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i] as Step; // counted
      if (step.slot >= 0) offsets[step.slot] = at;
      if (step.width > 0) at += step.width;
      else if (bytes[at] === 0) at += 1;
      else at = step.skip(bytes, at);
    }
    return at;
  }

  return {
    begin(next) {
      bytes = next;
      end = 0;
      isOver = false;
    },
    next() {
      if (isOver || end >= bytes.length) return false;
      try {
        const at = pass();
        isOver = at <= end || at > bytes.length;
        if (!isOver) end = at;
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        isOver = true; // a length stood where the bytes end
      }
      return !isOver;
    },
    rest: () => bytes.subarray(end),
    columns: Object.fromEntries(wanted.map((name, slot) => [name, columnOf(name, slot)])) as RowColumns<Name>, // each of them
  };
}

/** What is of no fixed width begins with its length or count: 0 there is an empty one. @returns undefined when a column is of a type that is not written here: no row can be told from the next. */
function stepsOf(layout: RowLayout, wanted: readonly string[]): readonly Step[] | undefined {
  const steps: Step[] = [];
  for (const { name, type } of layout.columns) {
    const skip = skipOf(type);
    if (!skip) return undefined;
    const slot = wanted.indexOf(name);
    const width = widthOf(type) ?? 0;
    const before = steps.at(-1);
    if (slot < 0 && width > 0 && before && before.width > 0) {
      steps[steps.length - 1] = { ...before, width: before.width + width };
    } else steps.push({ slot, width, skip });
  }
  return steps;
}

function readerOf(type: string): Read {
  if (type.startsWith('Array') && type.includes('String')) return createReadTexts();
  if (type.startsWith('Map')) return createReadMap();
  if (type.includes('String')) return createReadText();
  if (type === 'UUID') return createReadUuid();
  if (type.startsWith('DateTime64') || type === 'UInt64' || type === 'Int64') return readInt64;
  if (type === 'UInt16') return (bytes, at) => bytes.readUInt16LE(at);
  if (type === 'UInt32') return (bytes, at) => bytes.readUInt32LE(at);
  if (type === 'Float32') return (bytes, at) => bytes.readFloatLE(at);
  if (type.startsWith('Decimal')) return (bytes, at) => readInt64(bytes, at) / DECIMALS;
  if (type.startsWith('Enum8') || type === 'UInt8') return (bytes, at) => bytes.readUInt8(at);
  return () => '';
}

/** Rows of one batch say the same in many columns: a text like the last one is not made again. */
function createReadText(): Read {
  let last = '';
  let lastLength = 0;
  let lastBytes = Buffer.alloc(64); // a copy: a view would keep the whole load
  return (bytes, at) => {
    const first = bytes[at] ?? 0;
    const [length, start] = first < 128 ? [first, at + 1] : readVarint(bytes, at);
    if (length === 0) return '';
    if (length === lastLength && isSame(bytes, start, lastBytes, length)) return last;
    if (length > lastBytes.length) lastBytes = Buffer.alloc(2 * length);
    bytes.copy(lastBytes, 0, start, start + length);
    lastLength = length;
    last = lastBytes.toString('utf8', 0, length);
    return last;
  };
}

function createReadTexts(): Read {
  const read = createReadText();
  return (bytes, at) => {
    const [count, first] = readVarint(bytes, at);
    return textsAt(read, bytes, first, count).join();
  };
}

/** Of texts to texts. */
function createReadMap(): Read {
  const read = createReadText();
  return (bytes, at) => {
    const [count, first] = readVarint(bytes, at);
    const texts = textsAt(read, bytes, first, 2 * count);
    const pairs = Array.from({ length: count }, (_, pair) => [texts[2 * pair], texts[2 * pair + 1]]);
    return JSON.stringify(Object.fromEntries(pairs));
  };
}

function textsAt(read: Read, bytes: Buffer, first: number, count: number): Value[] {
  const texts: Value[] = [];
  for (let at = first; texts.length < count; ) {
    texts.push(read(bytes, at));
    const [length, start] = readVarint(bytes, at);
    at = start + length;
  }
  return texts;
}

function isSame(bytes: Buffer, start: number, last: Buffer, length: number): boolean {
  for (let i = 0; i < length; i++) if (bytes[start + i] !== last[i]) return false;
  return true;
}

function readInt64(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readInt32LE(at + 4) * 4_294_967_296;
}

const UUID_BYTES = 16;
const HEX = Buffer.from('0123456789abcdef');
/** Where the two digits of each byte stand in the text, as RowBinary has them: two UInt64, each little-endian. */
const DIGITS_AT = [16, 14, 11, 9, 6, 4, 2, 0, 34, 32, 30, 28, 26, 24, 21, 19];

function createReadUuid(): Read {
  const text = Buffer.from('00000000-0000-0000-0000-000000000000');
  const lastBytes = Buffer.alloc(UUID_BYTES);
  let last = '';
  return (bytes, at) => {
    if (isSame(bytes, at, lastBytes, UUID_BYTES)) return last; // nobody's at first
    let isNobody = true;
    for (let i = 0; i < UUID_BYTES; i++) {
      const byte = bytes[at + i] ?? 0;
      const place = DIGITS_AT[i] ?? 0;
      lastBytes[i] = byte;
      if (byte !== 0) isNobody = false;
      text[place] = HEX[byte >> 4] ?? 0;
      text[place + 1] = HEX[byte & 15] ?? 0;
    }
    last = isNobody ? '' : text.toString('latin1');
    return last;
  };
}
