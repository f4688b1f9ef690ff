import { describe, expect, it } from 'vitest';
import { readVelocity } from '../../features/velocity/read-velocity.js';
import {
  addToVelocity,
  emptyVelocity,
  type VelocityEvent,
  velocityAct,
} from '../../features/velocity/velocity-state.js';
import { seededRandom } from '../../stats/seeded-random.js';
import { createActLogWriter, walkActs } from './act-log.js';
import { NOTHING_DONE, NOTHING_KNOWN, recentOf } from './recent-columns.js';

const HOUR_MS = 3_600_000;
const T0 = Date.UTC(2026, 2, 18);

function acts(count: number): VelocityEvent[] {
  const random = seededRandom(4);
  return Array.from({ length: count }, (_, at): VelocityEvent => {
    const atMs = T0 + Math.floor(60 * HOUR_MS * random());
    const kind = random();
    return {
      eventId: `e${at}`,
      type: kind < 0.5 ? 'page_view' : kind < 0.6 ? 'click' : 'order',
      occurredAtMs: atMs,
      receivedAtMs: atMs + 1_000,
      seq: at,
      queueId: `q${Math.floor(3 * random())}`,
      sessionId: 's',
      userId: `u${Math.floor(3 * random())}`,
      ipPrefix: '',
      orderId: `o${Math.floor(400 * random())}`,
      phase: kind < 0.85 ? 'placed' : 'cancelled',
      shares: 1,
      price: 1,
      currency: 'CNY',
    };
  });
}

function logOf(events: readonly VelocityEvent[], sinceMs = Number.NEGATIVE_INFINITY) {
  const log = createActLogWriter();
  for (const event of events) log.add(event);
  return log.finish(sinceMs);
}

describe('what users did of late', () => {
  it('is for training what the features in memory would have told at that moment', () => {
    const events = acts(3_000);
    const recent = walkActs(logOf(events));
    for (let atMs = T0; atMs < T0 + 70 * HOUR_MS; atMs += 47 * 60_000) {
      for (const userId of ['u0', 'u1', 'u2']) {
        const state = emptyVelocity();
        for (const event of events.toSorted((a, b) => a.occurredAtMs - b.occurredAtMs)) {
          if (event.userId !== userId || event.occurredAtMs >= atMs) continue;
          addToVelocity(state, [velocityAct(event)], event.receivedAtMs);
        }
        expect(recent(userId, atMs)).toEqual(recentOf(readVelocity(state, atMs)));
      }
    }
  });

  it('holds nothing of the same millisecond or later, and counts by hand', () => {
    const [some] = acts(1) as [VelocityEvent];
    const at = (occurredAtMs: number, fields: object) => ({
      ...some,
      userId: 'u',
      occurredAtMs,
      receivedAtMs: occurredAtMs,
      ...fields,
    });
    const log = logOf([
      at(T0 + 5, { type: 'order', phase: 'placed', orderId: 'now' }),
      at(T0 - 60_000, { type: 'page_view', queueId: 'a' }),
      at(T0 - 2 * HOUR_MS, { type: 'order', phase: 'placed', orderId: 'x', queueId: 'b' }),
      at(T0 - 2 * HOUR_MS + 1, { type: 'order_end', phase: 'cancelled', orderId: 'x', queueId: 'b' }),
      at(T0 - 25 * HOUR_MS, { type: 'order', phase: 'placed', orderId: 'y', queueId: 'c' }),
    ]);
    expect(walkActs(log)('u', T0 + 5)).toEqual({
      events_10m: 1,
      views_1h: 1,
      orders_1h: 0,
      orders_24h: 1,
      orders_cancelled_24h: 1,
      devices_24h: 2,
    });
    expect(walkActs(log)('u', T0 + 6).orders_1h).toBe(1);
    expect(walkActs(log)('nobody', T0)).toEqual(NOTHING_DONE);
  });

  it('is not known within a day of where the log begins', () => {
    const recent = walkActs(logOf(acts(10), T0));
    expect(recent('u0', T0 + 23 * HOUR_MS)).toEqual(NOTHING_KNOWN);
    expect(recent('u0', T0 + 24 * HOUR_MS)).not.toEqual(NOTHING_KNOWN);
  });
});
