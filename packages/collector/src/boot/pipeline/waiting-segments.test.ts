import { brandId } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import { batchRow, copiesRow, eventRow, rowId } from '../../../../../test/fixtures/store-rows.js';
import { temporaryDirectory } from '../../../../../test/fixtures/temporary-directory.js';
import { openTestWal } from '../../../../../test/fixtures/wal.js';
import { COPIES_STREAM, createRowEncoder, EVENTS_STREAM } from '../../store/encode-rows.js';
import { createWaitingSegments } from './waiting-segments.js';
import { WAL_LAYOUT } from './wal-streams.js';

async function openWaiting(names: readonly string[] = []) {
  const wal = await openTestWal(await temporaryDirectory(), undefined, { layout: WAL_LAYOUT });
  let nudges = 0;
  const loader = { nudge: () => void nudges++ };
  const encoder = createRowEncoder();
  const flushCopies = () =>
    wal.append([
      { stream: COPIES_STREAM, rowCount: 1, note: Buffer.alloc(0), rows: encoder.copies([copiesRow(1, 8)]) },
    ]);
  const waiting = createWaitingSegments({ wal, loader, flushCopies, list: async () => names });
  const rows = encoder.events(batchRow(1, 7), [
    eventRow(1, { type: 'page_view', page: '/' }),
    eventRow(2, { type: 'alias', previousVisitorId: brandId(rowId(9)) }),
  ]);
  await wal.append([{ stream: EVENTS_STREAM, rowCount: 2, note: Buffer.alloc(0), rows }]);
  return { wal, waiting, nudges: () => nudges };
}

describe('what waits in the WAL', () => {
  it('is counted by subject, in the segment that is still being written, too', async () => {
    const { wal, waiting } = await openWaiting();
    expect([await waiting.count(rowId(7)), await waiting.count(rowId(9)), await waiting.count('nobody')]).toEqual([
      2, 1, 0,
    ]);
    await wal.close();
  });

  it('has what was gathered of copies among it', async () => {
    const { wal, waiting } = await openWaiting();
    expect(await waiting.count(rowId(8))).toBe(1);
    await wal.close();
  });

  it('has drained when the segments of before are gone, whatever came since', async () => {
    const { wal, waiting, nudges } = await openWaiting();
    const drained = waiting.drain(5_000);
    while (nudges() === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const [first] = wal.sealed();
    await wal.append([{ stream: EVENTS_STREAM, rowCount: 1, note: Buffer.alloc(0), rows: Buffer.alloc(1) }]);
    await wal.seal();
    expect(wal.sealed()).toHaveLength(2);
    if (first) await wal.remove(first);
    await drained;
    expect(wal.sealed()).toHaveLength(1);
    await expect(waiting.drain(1)).rejects.toMatchObject({ code: 'store_refused' });
    await wal.close();
  });

  it('names what was set aside', async () => {
    const { wal, waiting } = await openWaiting(['000000000001.wal', '000000000002.wal.damaged', 'seen.journal']);
    expect(await waiting.damagedSegments()).toBe(1);
    await wal.close();
  });
});
