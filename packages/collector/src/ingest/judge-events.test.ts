import { describe, expect, it } from 'vitest';
import { makeEvent } from '../../../../test/fixtures/batches.js';
import { createEventCheck } from '../validate/check-event.js';
import { judgeEvents } from './judge-events.js';

const checkEvent = createEventCheck();
const judge = (...values: unknown[]) => judgeEvents(JSON.parse(JSON.stringify(values)) as unknown[], checkEvent);
const health = (seq: number, dropped: unknown) =>
  makeEvent(seq, { type: 'sdk_health', name: undefined, queued: 0, delivered: 0, rejected: 0, dropped });

describe('the events of a batch', () => {
  it('that are refused are told by their numbers where these can be read', () => {
    const bad = (seq: unknown) => ({ ...makeEvent(1), occurredAt: 'now', seq });
    const unreadable = [0, -1, 1.5, '7', null, 2 ** 48, [7], undefined].map(bad);
    const { told, rejections } = judge(bad(7), bad(2 ** 48 - 1), { type: 'nope', seq: 9 }, null, 'text', ...unreadable);
    expect(rejections).toHaveLength(13);
    expect(told.rejected).toEqual([7, 2 ** 48 - 1, 9]);
  });

  it('tell what the device gave up, of the reasons that had a number', () => {
    const { told } = judge(
      health(1, { evicted: 3, expired: 2, unsendable: 1, sampled: 100, consent: 50, constructor: 7 }),
      health(2, {}),
      health(3, { privacy: 4 }),
      makeEvent(4, { dropped: { evicted: 9 } }),
    );
    expect([...told.drops]).toEqual([
      [1, 6],
      [2, 0],
      [3, 0],
    ]);
  });
});
