import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateSet } from '../../benchmarks/src/features/generate-events.js';
import { applyMigrations } from '../../packages/collector/src/store/migrations/apply-migrations.js';
import { loadAndCompare } from '../fixtures/feature-store.js';
import { startTestEngine, type TestEngine } from '../fixtures/start-engine.js';

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
});
