import { brandId } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import { createMetrics } from './metrics.js';
import { createVitals } from './vitals.js';

describe('createVitals', () => {
  function start() {
    const world = { now: 1_000_000 };
    const vitals = createVitals(() => world.now);
    return { world, vitals, metrics: vitals.watch(createMetrics()) };
  }

  it('counts what the metrics are told, which go on as they were', async () => {
    const { vitals, metrics } = start();
    const rejection = { index: 0, eventId: brandId<never>('x'), reason: 'wrong_type', field: 'seq' } as const;
    metrics.countAck({ batchId: brandId('b'), accepted: 3, duplicate: 2, rejected: [rejection], serverTimeMs: 0 });
    metrics.countLoaded(3);
    metrics.countFailedLoad();
    metrics.histogram('tidemark_load_seconds', 'h', [1])(0.25);
    metrics.histogram('tidemark_queryable_seconds', 'h', [1])(0.5);
    vitals.countEvent('click', 'h5');
    vitals.countEvent('click', 'native');
    expect(vitals.read()).toMatchObject({
      accepted: 3,
      duplicate: 2,
      rejected: { wrong_type: 1 },
      loadedRows: 3,
      loads: 1,
      failedLoads: 1,
      lastLoadMs: 250,
      lastLagMs: 500,
      byType: { click: 2 },
      bySurface: { h5: 1, native: 1 },
    });
    const text = await metrics.text();
    expect(text).toContain('tidemark_events_total{outcome="accepted"} 3');
    expect(text).toContain('tidemark_load_seconds_count 1');
  });

  it('keeps the slowest requests of the last minute, slowest first, and no stream that lasts', () => {
    const { world, vitals, metrics } = start();
    const observe = metrics.requestHistogram();
    observe('GET', '/old', 200, 9);
    world.now += 30_000;
    observe('GET', '/v1/live', 200, 500);
    for (let i = 1; i <= 50; i++) observe('POST', '/v1/batch', 202, i / 1_000);
    expect(vitals.read().slowest.map(({ ms }) => ms)).toEqual([9_000, 50, 49, 48, 47]);
    world.now += 45_000;
    expect(vitals.read().slowest.map(({ ms }) => ms)).toEqual([50, 49, 48, 47, 46]);
    world.now += 120_000;
    expect(vitals.read().slowest).toEqual([]);
  });
});
