import type { EventId, RejectionReason } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import { T0 } from '../../../../../test/fixtures/batches.js';
import { copiesRow, layoutOf, rowId } from '../../../../../test/fixtures/store-rows.js';
import { COPIES_STREAM, createRowEncoder, REJECTED_STREAM } from '../../store/encode-rows.js';
import { createCopiesRows, createRefusedRows } from './left-out-rows.js';

const encoder = createRowEncoder();
const nobody = { atMs: T0, action: 'passive', userId: '', deviceId: '', address: '' };
const row = { workspaceId: 'shop', eventId: '', surface: '', receivedAtMs: T0 };

const refusedRows = (reasons: readonly RejectionReason[], visitorId?: string) =>
  reasons.map((reason, index) => ({
    workspaceId: 'shop',
    appId: 'shop',
    batchId: rowId(1),
    receivedAt: T0,
    rejection: { index, eventId: rowId<EventId>(index), reason, field: 'name' },
    visitorId,
    raw: '{}',
  }));
const refused = (reasons: readonly RejectionReason[], visitorId?: string) =>
  createRefusedRows(layoutOf(REJECTED_STREAM))(Buffer.from(encoder.rejected(refusedRows(reasons, visitorId))));

describe('what the detectors are shown of what was left out', () => {
  it('is one event of what was refused in a delivery, unless it was refused for whom it is about', () => {
    const told = { ...row, event: { ...nobody, isRefused: true } };
    expect(refused(['too_long', 'wrong_type'])).toEqual([told]);
    expect(refused(['subject_erased', 'wrong_type'])).toEqual([told]);
    expect(refused(['subject_erased'])).toEqual([]);
  });

  it('and how many of it were of wrong types, where it is known who sent it', () => {
    const device = rowId(7);
    const leftOut = { receivedMs: T0, mistyped: 2 };
    expect(refused(['wrong_type', 'too_long', 'wrong_type'], device)).toEqual([
      { ...row, event: { ...nobody, isRefused: true } },
      { ...row, event: { ...nobody, deviceId: device, leftOut } },
    ]);
    expect(refused(['too_long'], device)).toHaveLength(1);
  });

  it('a log that an earlier release wrote says nothing of who sent it', () => {
    const layout = layoutOf(REJECTED_STREAM);
    const before = { ...layout, columns: layout.columns.slice(0, -1) };
    const bytes = Buffer.from(encoder.rejected(refusedRows(['wrong_type'], rowId(7)))).subarray(0, -16);
    expect(createRefusedRows(before)(bytes)).toEqual([{ ...row, event: { ...nobody, isRefused: true } }]);
  });

  it('is one event of the copies of each row', () => {
    const rows = [copiesRow(1, 7, 'shop'), { ...copiesRow(2, 8, 'shop'), kept: 3, keptSeq: 70_000, times: 70_000 }];
    const shown = createCopiesRows(layoutOf(COPIES_STREAM))(Buffer.from(encoder.copies(rows)));
    expect(shown.map(({ event }) => [event.deviceId, event.leftOut])).toEqual([
      [rowId(7), { receivedMs: T0, copies: { queueId: rowId(1), first: 1, times: 1, kept: 0, keptLast: 0 } }],
      [rowId(8), { receivedMs: T0, copies: { queueId: rowId(2), first: 1, times: 70_000, kept: 3, keptLast: 70_000 } }],
    ]);
  });
});
