import { describe, expect, it } from 'vitest';
import { createRowBinaryWriter } from './row-binary.js';
import { createRowReader } from './row-reader.js';

const LAYOUT = {
  table: 'any',
  columns: [
    { name: 'id', type: 'UUID' },
    { name: 'kind', type: 'LowCardinality(String)' },
    { name: 'skipped', type: 'UInt32' },
    { name: 'skipped_too', type: 'UInt8' },
    { name: 'tags', type: 'Map(LowCardinality(String), String)' },
    { name: 'price', type: 'Decimal(18, 4)' },
    { name: 'at', type: "DateTime64(3, 'UTC')" },
    { name: 'text', type: 'String' },
    { name: 'degrees', type: 'Float32' },
    { name: 'signs', type: 'Array(LowCardinality(String))' },
    { name: 'radius', type: 'UInt16' },
  ],
};
const NOBODY = '00000000-0000-0000-0000-000000000000';

describe('a reader of rows', () => {
  it('reads what was asked for of each row, whatever lies between', () => {
    expect(walk(createRowReader(LAYOUT, WANTED), bytesOf(ROWS))).toEqual(ROWS.map(told));
  });

  it('says of a row what it says, not what an equal beginning of the row before said', () => {
    const [row] = ROWS;
    const rows = ['ab', 'abc', 'ab', '', 'ba'].map((text, i) => ({ ...row, id: uuid(i % 2), text, kind: text }));
    expect(walk(createRowReader(LAYOUT, WANTED), bytesOf(rows))).toEqual(rows.map(told));
  });

  it('stops where the bytes are no whole row, at whatever byte they end', () => {
    const bytes = bytesOf(ROWS);
    const reader = createRowReader(LAYOUT, WANTED);
    const ends = ROWS.map((_, i) => bytesOf(ROWS.slice(0, i + 1)).length);
    for (let length = 0; length <= bytes.length; length++) {
      const whole = ends.filter((end) => end <= length).length;
      expect(walk(reader, bytes.subarray(0, length)), `${length} bytes`).toEqual(ROWS.slice(0, whole).map(told));
      expect(reader.rest(), `${length} bytes`).toEqual(bytes.subarray(ends[whole - 1] ?? 0, length));
    }
  });

  it('reads no row of a layout with a type that it cannot pass over', () => {
    const columns = [...LAYOUT.columns, { name: 'odd', type: 'Tuple(UInt8)' }];
    expect(walk(createRowReader({ table: 'any', columns }, WANTED), bytesOf(ROWS))).toEqual([]);
  });
});

const WANTED = ['text', 'id', 'kind', 'tags', 'at', 'price', 'degrees', 'signs', 'radius', 'not_there'] as const;

interface Row {
  readonly id: string;
  readonly kind: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly price: number;
  readonly at: number;
  readonly text: string;
  readonly degrees: number;
  readonly signs: readonly string[];
  readonly radius: number;
}

const ROWS: readonly [Row, ...Row[]] = [
  {
    id: uuid(1),
    kind: 'click',
    tags: {},
    price: 1.25,
    at: 1_760_000_000_123,
    text: 'a',
    degrees: -121.5,
    signs: ['a', ''],
    radius: 20,
  },
  {
    id: uuid(1),
    kind: 'click',
    tags: { a: 'b' },
    price: 0,
    at: -5,
    text: 'x'.repeat(300),
    degrees: 0,
    signs: [],
    radius: 65_535,
  },
  {
    id: NOBODY,
    kind: '',
    tags: { a: '', long: 'y'.repeat(200) },
    price: 3,
    at: 0,
    text: '',
    degrees: 31.25,
    signs: ['z'.repeat(300), '赎'],
    radius: 0,
  },
  {
    id: uuid(2),
    kind: 'ordre à prix',
    tags: {},
    price: 99_999.5,
    at: 1,
    text: '赎回',
    degrees: 90,
    signs: ['z'],
    radius: 1_000,
  },
];

function uuid(n: number): string {
  return `0123456${n}-89ab-cdef-0123-456789abcde${n}`;
}

function told({ id, kind, tags, at, price, text, degrees, signs, radius }: Row) {
  return [text, id === NOBODY ? '' : id, kind, JSON.stringify(tags), at, price, degrees, signs.join(), radius, ''];
}

function walk(reader: ReturnType<typeof createRowReader<(typeof WANTED)[number]>>, bytes: Buffer) {
  const rows: (string | number)[][] = [];
  reader.begin(bytes);
  while (reader.next()) rows.push(WANTED.map((name) => reader.columns[name]()));
  return rows;
}

function bytesOf(rows: readonly Row[]): Buffer {
  const writer = createRowBinaryWriter();
  for (const { id, kind, tags, price, at, text, degrees, signs, radius } of rows) {
    writer.uuid(id);
    writer.string(kind);
    writer.uint32(7);
    writer.uint8(200);
    writer.varint(Object.keys(tags).length);
    for (const [tag, value] of Object.entries(tags)) {
      writer.string(tag);
      writer.string(value);
    }
    writer.decimal4(price);
    writer.int64(at);
    writer.string(text);
    writer.float32(degrees);
    writer.varint(signs.length);
    for (const sign of signs) writer.string(sign);
    writer.uint16(radius);
  }
  return Buffer.from(writer.take());
}
