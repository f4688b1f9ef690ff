import { brandId } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import { batchRow, EVENTS_LAYOUT, eventRow } from '../../../../test/fixtures/store-rows.js';
import { createRowEncoder } from './encode-rows.js';
import { keepRefused, readRefused } from './refused-rows.js';
import { splitRows } from './split-rows.js';

const TYPES = EVENTS_LAYOUT.columns.map(({ type }) => type);

function threeRows(): Buffer {
  return Buffer.from(
    createRowEncoder().events(batchRow(1, 7), [
      eventRow(1, { type: 'page_view', page: `/${'long'.repeat(200)}`, props: { a: 'x', b: 2 } }),
      eventRow(2, { type: 'transition', fromPage: '/a', way: 'link', modules: ['hero', '漢字', ''] }),
      eventRow(3, { type: 'custom', name: 'x', eventId: brandId('0198c0de-5555-7000-8000-00000000abcd') }),
    ]),
  );
}

describe('splitting RowBinary', () => {
  it('finds the rows that were written, whatever types their columns have', () => {
    const bytes = threeRows();
    const { rows, rest } = splitRows(bytes, TYPES);
    expect(rows).toHaveLength(3);
    expect(rest).toHaveLength(0);
    expect(Buffer.concat(rows.map((row) => row.bytes))).toEqual(bytes);
    for (const row of rows) expect(row.offsets).toHaveLength(TYPES.length);
  });

  it('leaves over what a torn end makes of the last row, at every length, and any damage', () => {
    const bytes = threeRows();
    for (let length = 0; length < bytes.length; length++) {
      const { rows, rest } = splitRows(bytes.subarray(0, length), TYPES);
      const joined = Buffer.concat([...rows.map((row) => row.bytes), rest]);
      expect(joined.equals(bytes.subarray(0, length)), `cut at ${length}`).toBe(true);
    }
    expect(splitRows(Buffer.alloc(4_096, 0xff), TYPES)).toEqual({ rows: [], rest: Buffer.alloc(4_096, 0xff) });
    expect(splitRows(bytes, ['JSON'])).toEqual({ rows: [], rest: bytes });
    expect(splitRows(bytes, [])).toEqual({ rows: [], rest: bytes });
  });
});

describe('keeping a row that the store refused', () => {
  it('says whose it is and holds its bytes, the same whenever it is refused', () => {
    const [, , row] = splitRows(threeRows(), TYPES).rows;
    if (!row) throw new Error('there are three');
    const kept = keepRefused(row, EVENTS_LAYOUT, { fault: 'VIOLATED_CONSTRAINT', row: 4 });
    expect(kept).toMatchObject({
      workspaceId: 'w1',
      appId: 'shop',
      batchId: batchRow(1, 7).batchId,
      receivedAt: batchRow(1, 7).receivedAt,
      rejection: {
        index: 2 ** 31 + 3,
        eventId: '0198c0de-5555-7000-8000-00000000abcd',
        reason: 'refused_by_store',
        field: 'VIOLATED_CONSTRAINT',
      },
    });
    expect(readRefused(kept?.raw ?? '')).toEqual({ layout: EVENTS_LAYOUT, bytes: row.bytes });
    expect(keepRefused(row, { table: 'events', columns: EVENTS_LAYOUT.columns.slice(0, 3) }, { fault: 'X' })).toBe(
      undefined,
    );
  });
});
