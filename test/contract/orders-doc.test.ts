import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createOrderBook } from '../../packages/analytics/src/orders/index.js';
import { ANOMALY_KINDS, createSimulation } from '../../packages/analytics/src/simulator/index.js';

const doc = readFileSync(new URL('../../docs/orders.md', import.meta.url), 'utf8');

describe('docs/orders.md', () => {
  it('names every kind of anomaly, in order, and every detail that a simulation labels', { timeout: 60_000 }, () => {
    const [, kinds = ''] = /\nKinds: (.*?)\.\n\n/s.exec(doc) ?? [];
    const named = [...kinds.replace(/ \([^)]*\)/, '').matchAll(/`(\w+)`/g)].map(([, kind]) => kind);
    expect(named).toEqual(ANOMALY_KINDS);
    const [, details = ''] = /`data_quality` \(([^)]*)\)/.exec(kinds) ?? [];
    const simulation = createSimulation({ seed: 1, days: 3, users: 10 });
    if (simulation.kind === 'refused') throw new Error(simulation.reason);
    for (const _ of simulation.batches);
    const labelled = simulation
      .truth()
      .anomalies.flatMap(({ kind, detail }) => (kind === 'data_quality' && detail ? [detail] : []));
    expect([...details.matchAll(/`(\w+)`/g)].map(([, detail]) => detail).sort()).toEqual([...new Set(labelled)].sort());
  });

  it('names every field of the truth', () => {
    const simulation = createSimulation({ seed: 1, days: 1, users: 1 });
    if (simulation.kind === 'refused') throw new Error(simulation.reason);
    for (const _ of simulation.batches);
    const { orders, anomalies, ledger, ...settings } = simulation.truth();
    expect(Object.keys(settings).sort()).toEqual(['days', 'seed', 'startAt', 'users']);
    const fields = Object.keys(Object.values(orders)[0] ?? {});
    expect(fields.length).toBe(4);
    for (const field of fields) expect(doc).toContain(`.${field}\``);
    expect([anomalies.length > 0, ledger.batches > 0]).toEqual([true, true]);
  });

  it('is right about the rule that holds unless another is asked for', () => {
    expect(doc).toContain('by price, total volume, time (`price_volume_time`)');
    const book = createOrderBook();
    const one = { userId: 'u', side: 'sell', price: 1 } as const;
    book.place({ ...one, orderId: 'early', shares: 1, placedAt: 1 });
    book.place({ ...one, orderId: 'large', shares: 2, placedAt: 2 });
    expect(book.head('sell')?.orderId).toBe('large');
  });
});
