import { brandId } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import { batchRow, EVENTS_LAYOUT, eventRow, layoutOf, rowId } from '../../../../../test/fixtures/store-rows.js';
import { createRowEncoder, REJECTED_STREAM } from '../encode-rows.js';
import { countSubjectRows } from './row-subject.js';

const encoder = createRowEncoder();
const shared = batchRow(1, 7);
const rows = Buffer.concat([
  encoder.events(shared, [
    eventRow(1, { type: 'page_view', page: '/user 7' }),
    eventRow(2, { type: 'identify', userId: 'user 7' }),
    eventRow(3, { type: 'alias', previousVisitorId: brandId(rowId(9)) }),
    eventRow(6, { type: 'custom', name: 'x', props: { ownerUserId: 'u9', plan: 'gold' } }),
    eventRow(4, { type: 'custom', name: 'x', props: { 'user 8': 'no', plan: 'user 8', friend: 'customer 8' } }),
  ]),
  encoder.events({ ...batchRow(2, 8), context: { ...batchRow(2, 8).context, userId: 'user 7' } }, [
    eventRow(5, { type: 'page_view', page: '/' }),
  ]),
]);

describe('rows in the load format', () => {
  it.each([
    ['a visitor', rowId(7), 5],
    ['a visitor in upper case', rowId(7).toUpperCase(), 5],
    ['a visitor id that was given up', rowId(9), 1],
    ['a user of a batch and of an identify, not one in an address', 'user 7', 2],
    ['a distinctive user among props, by value', 'customer 8', 1],
    ['no other user among props, where no user is named', 'user 8', 0],
    ['a user that is named among props', 'u9', 1],
    ['part of an id', 'user', 0],
    ['somebody else', rowId(6), 0],
  ])('are those of %s', (_, id, count) => {
    expect(countSubjectRows(EVENTS_LAYOUT, rows, id)).toBe(count);
  });

  it('that were rejected are found by their text: a UUID anywhere, a distinctive id as a whole value, another by its name', () => {
    const layout = layoutOf(REJECTED_STREAM);
    const rejected = (raw: string) =>
      Buffer.from(
        encoder.rejected([
          {
            workspaceId: 'w1',
            appId: 'shop',
            batchId: rowId(1),
            receivedAt: 0,
            rejection: { index: 0, eventId: brandId(rowId(1)), reason: 'wrong_type', field: 'seq' },
            raw,
          },
        ]),
      );
    expect(countSubjectRows(layout, rejected(`{"url":"/u/${rowId(7)}"}`), rowId(7))).toBe(1);
    expect(countSubjectRows(layout, rejected('{"userId":"7"}'), '7')).toBe(1);
    expect(countSubjectRows(layout, rejected('{"plan":"7","seq":7,"name":"77"}'), '7')).toBe(0);
    expect(countSubjectRows(layout, rejected('{"who":"customer 8"}'), 'customer 8')).toBe(1);
  });
});
