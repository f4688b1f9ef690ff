import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareSet } from '../../benchmarks/src/features/compare-sets.js';
import { generateSet } from '../../benchmarks/src/features/generate-events.js';
import { applyMigrations } from '../../packages/collector/src/store/migrations/apply-migrations.js';
import { loadAccessLog, loadAndCompare, readFeatureEvents, storeSide } from '../fixtures/feature-store.js';
import { startTestEngine, type TestEngine } from '../fixtures/start-engine.js';
import { FIXTURE, FULL_LOG, itWithFullLog } from './access-log/logs.js';

describe('features in the store and by the oracle', () => {
  let test: TestEngine;
  beforeAll(async () => {
    test = await startTestEngine();
    await applyMigrations(test.store);
  });
  afterAll(() => test.close());

  it.each([1, 2])('are the same for all subjects of seed %i, out of order, doubled and late', async (seed) => {
    const found = await loadAndCompare(test.store, generateSet(seed));
    expect(found.differences.slice(0, 20)).toEqual([]);
    expect(found.compared).toBeGreaterThan(1_000);
    expect(found.values / found.compared).toBeGreaterThan(0.5);
  });

  for (const { name, file, test: testLog, fewest } of [
    { name: 'the fixture', file: FIXTURE, test: it, fewest: 500 },
    { name: 'the full log', file: FULL_LOG, test: itWithFullLog(), fewest: 80_000 },
  ]) {
    testLog(`are the same for all subjects of an access log: ${name}`, async () => {
      const workspaceId = `log of ${name}`;
      await loadAccessLog(test.store, workspaceId, file);
      const events = await readFeatureEvents(test.store, workspaceId);
      const asOfMs = events.reduce((last, { occurredAtMs }) => Math.max(last, occurredAtMs), 0);
      const found = await compareSet(storeSide(test.store), { workspaceId, asOfMs, utcOffsetMs: 0, events });
      expect(found.differences.slice(0, 20)).toEqual([]);
      expect(found.values).toBeGreaterThan(fewest);
    });
  }
});
