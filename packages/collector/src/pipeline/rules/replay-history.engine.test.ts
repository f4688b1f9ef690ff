import { brandId } from '@tidemark/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { T0 } from '../../../../../test/fixtures/batches.js';
import { startTestEngine } from '../../../../../test/fixtures/migrated-store.js';
import type { TestEngine } from '../../../../../test/fixtures/start-engine.js';
import { batchRow, EVENTS_LAYOUT, eventRow, rowId } from '../../../../../test/fixtures/store-rows.js';
import { createRowEncoder } from '../../store/encode-rows.js';
import { loadRows } from '../../store/load-rows.js';
import { EVENTS_MAX, replayHistory, replayPolicy, SHOWN_FOR_MS } from './replay-history.js';
import { policySchema } from './risk-policy.js';

describe('what is asked of the last days', () => {
  let test: TestEngine;
  const nowMs = T0 + 3_600_000;
  /** Of six orders that one user places. */
  const atMs = [1, 2, 3, 4, 5, 6].map((minute) => minute * 60_000);
  /** Each look at it finds half of the time gone: there is enough for two. */
  const hurried = () => {
    let looks = 0;
    return () => nowMs + looks++ * (SHOWN_FOR_MS / 2);
  };

  beforeAll(async () => {
    test = await startTestEngine();
    const order = {
      type: 'order',
      side: 'sell',
      orderId: 'o',
      productId: 'p',
      phase: 'placed',
      shares: 1,
      price: 1,
    } as const;
    const rows = atMs.map((at, i) => eventRow(i + 1, { ...order, eventId: brandId(rowId(i + 1)) }, at));
    rows.push(eventRow(7, { ...order, phase: 'intent', eventId: brandId(rowId(7)) }, 600_000)); // placed by nobody
    const batch = { ...batchRow(1, 1), context: { ...batchRow(1, 1).context, userId: 'u1' } };
    expect(await loadRows(test.store, EVENTS_LAYOUT, [createRowEncoder().events(batch, rows)])).toBeUndefined();
  });
  afterAll(() => test.close());

  it('is asked of the first events alone where time runs out, and the answer says until when', async () => {
    const when = { feature: 'orders_1h', is: 'atLeast', value: 1 } as const;
    const rules = [{ name: 'orders', version: 1, when, reason: 'Orders.', weight: 5 }];
    const question = { workspaceId: 'w1', rules, days: 1 };
    expect(await replayHistory(test.store, question, () => nowMs)).toMatchObject({
      events: 7,
      isCut: false,
      rules: [{ raised: 1 }],
    });
    expect(await replayHistory(test.store, question, hurried())).toMatchObject({
      events: 2,
      untilMs: T0 + 5_000,
      isCut: true,
      rules: [{ raised: 1 }],
    });
  });

  it('is asked of the first orders alone, likewise', async () => {
    const question = { workspaceId: 'w1', policy: policySchema.parse({ reportingLimit: 50 }), versions: [], days: 1 };
    expect(await replayPolicy(test.store, question, () => nowMs)).toMatchObject({ orders: 6, isCut: false });
    expect(await replayPolicy(test.store, question, hurried())).toMatchObject({ orders: 2, isCut: true });
  });

  it('is asked of as many as there is room for, and was cut where there is one more', async () => {
    const place = (count: number) =>
      test.store.client().command({
        query: `INSERT INTO events (workspace_id, app_id, event_day, event_id, event_type, order_phase, occurred_at, received_at)
          WITH fromUnixTimestamp64Milli(${T0}) AS at
          SELECT 'w2', 'shop', toDate(at), generateUUIDv4(number), 'order', 'placed', at, at FROM numbers(${count})`,
      });
    const question = { workspaceId: 'w2', policy: policySchema.parse({ reportingLimit: 50 }), versions: [], days: 1 };
    await place(EVENTS_MAX);
    expect(await replayPolicy(test.store, question, () => nowMs)).toMatchObject({ orders: EVENTS_MAX, isCut: false });
    await place(1);
    expect(await replayPolicy(test.store, question, () => nowMs)).toMatchObject({ orders: EVENTS_MAX, isCut: true });
  });
});
