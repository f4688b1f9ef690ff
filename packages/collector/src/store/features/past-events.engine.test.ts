import { brandId } from '@tidemark/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { T0 } from '../../../../../test/fixtures/batches.js';
import { startTestEngine } from '../../../../../test/fixtures/migrated-store.js';
import type { TestEngine } from '../../../../../test/fixtures/start-engine.js';
import { batchRow, EVENTS_LAYOUT, eventRow, rowId } from '../../../../../test/fixtures/store-rows.js';
import { createRowEncoder } from '../encode-rows.js';
import { loadRows } from '../load-rows.js';
import type { BatchRow } from '../tables/events.js';
import { readSlice, slicePast } from './past-events.js';

const MINUTE_MS = 60_000;
const encoder = createRowEncoder();

/** Four events that arrived in one minute, the last first in the table. */
function delivery(minute: number, change: Partial<BatchRow> = {}): Uint8Array {
  const batch = { ...batchRow(9 - minute, 1), receivedAt: T0 + minute * MINUTE_MS + 59_999, ...change };
  const seqs = [4, 3, 2, 1].map((n) => 10 * minute + n);
  return encoder.events(
    batch,
    seqs.map((seq) => eventRow(seq, { type: 'page_view', eventId: brandId(rowId(seq)) })),
  );
}

describe('what arrived before', () => {
  let test: TestEngine;
  const span = { sinceMs: T0, beforeMs: T0 + 6 * MINUTE_MS, eventsMax: 10, sliceEvents: 5 };
  const seqsOf = async (bounds: typeof span) => {
    const { slices, leftOut } = await slicePast(test.store, bounds);
    const seqs: number[][] = [];
    for (const slice of slices) {
      const found: number[] = [];
      await readSlice(test.store, slice, ['seq'], (row) => found.push(Number(row.seq())));
      expect(found).toHaveLength(slice.events);
      seqs.push(found);
    }
    return { seqs, leftOut };
  };
  const of = (...minutes: number[]) => minutes.flatMap((minute) => [1, 2, 3, 4].map((n) => 10 * minute + n));

  beforeAll(async () => {
    test = await startTestEngine();
    const consent = { analytics: 'granted', marketing: 'granted', risk: 'denied' } as const;
    const refusal = await loadRows(test.store, EVENTS_LAYOUT, [
      ...[5, 2, 4, 1, 3, 6].map((minute) => delivery(minute)),
      delivery(7, { receivedAt: T0 + 3 * MINUTE_MS, historical: true }),
      delivery(8, { receivedAt: T0 + 3 * MINUTE_MS, context: { ...batchRow(1, 1).context, consent } }),
    ]);
    expect(refusal).toBeUndefined();
  });
  afterAll(() => test.close());

  it('is read in the order it arrived, the newest of it alone where it is too much, and each once', async () => {
    expect(await seqsOf(span)).toEqual({ seqs: [of(3), of(4, 5)], leftOut: 8 });
    const all = { ...span, eventsMax: 1_000, sliceEvents: 1_000 };
    expect(await seqsOf(all)).toEqual({ seqs: [of(1, 2, 3, 4, 5)], leftOut: 0 });
    expect(await seqsOf({ ...all, sinceMs: T0 + 4 * MINUTE_MS })).toEqual({ seqs: [of(4, 5)], leftOut: 0 });
    expect(await seqsOf({ ...all, beforeMs: T0 })).toEqual({ seqs: [], leftOut: 0 });
  });
});
