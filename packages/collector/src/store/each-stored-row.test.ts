import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { StoreConnection } from './connect.js';
import { eachStoredRow } from './each-stored-row.js';
import { createRowBinaryWriter } from './row-binary.js';

const LAYOUT = {
  table: 'any',
  columns: [
    { name: 'id', type: 'UInt64' },
    { name: 'skipped', type: 'Float64' },
    { name: 'text', type: 'String' },
  ],
};
const ROWS = [
  { text: 'a', id: 1 },
  { text: '', id: 2 },
  { text: 'x'.repeat(200), id: 3 },
];
const BYTES = (() => {
  const writer = createRowBinaryWriter();
  for (const { text, id } of ROWS) {
    writer.string(text);
    writer.int64(id);
  }
  return Buffer.from(writer.take());
})();

describe('rows as they are stored', () => {
  it('are read whole, in whatever pieces they arrive', async () => {
    for (let size = 1; size <= BYTES.length; size++) {
      const { rows, queries } = await readIn(size, BYTES);
      expect(rows, `pieces of ${size} bytes`).toEqual(ROWS);
      expect(queries).toEqual(['SELECT text, id FROM any WHERE id > {least:UInt64} FORMAT RowBinary']);
    }
  });

  it('are not taken for all of them when the answer ends inside one', async () => {
    for (const missing of [1, 8, 150]) {
      await expect(readIn(64, BYTES.subarray(0, BYTES.length - missing))).rejects.toThrow('inside a row of any');
    }
  });
});

/** What a server would send, cut into pieces. */
async function readIn(size: number, bytes: Buffer) {
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
  const queries: string[] = [];
  const client = {
    exec({ query }: { readonly query: string }) {
      queries.push(query);
      return Promise.resolve({ stream: Readable.from(pieces) });
    },
  };
  const store = { client: () => client } as unknown as StoreConnection; // all that is asked of it
  const rows: { readonly text: string | number; readonly id: string | number }[] = [];
  const what = {
    layout: LAYOUT,
    columns: ['text', 'id'] as const,
    from: 'any WHERE id > {least:UInt64}',
    bound: { least: 0 },
  };
  await eachStoredRow(store, what, (row) => rows.push({ text: row.text(), id: row.id() }));
  return { rows, queries };
}
