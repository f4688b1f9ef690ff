import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareSet } from '../../benchmarks/src/features/compare-sets.js';
import { generateSet } from '../../benchmarks/src/features/generate-events.js';
import { createPopulation, SUBJECT_KINDS } from '../../packages/analytics/src/features/index.js';
import type { Measure } from '../../packages/analytics/src/stats/index.js';
import { measureAt } from '../../packages/collector/src/pipeline/feature-table.js';
import { measureSubjects } from '../../packages/collector/src/pipeline/measure-subjects.js';
import { readFeatureRows } from '../../packages/collector/src/pipeline/read-feature-rows.js';
import { refreshPart } from '../../packages/collector/src/pipeline/refresh-worker.js';
import { readPopulation } from '../../packages/collector/src/store/features/population.js';
import { queryRows } from '../../packages/collector/src/store/query-rows.js';
import { loadAccessLog, loadAndCompare, readFeatureEvents, storeSide } from '../fixtures/feature-store.js';
import { startTestEngine } from '../fixtures/migrated-store.js';
import type { TestEngine } from '../fixtures/start-engine.js';
import { FIXTURE, FULL_LOG, itWithFullLog } from './access-log/logs.js';

const PERSONS = ['visitor', 'user', 'device'] as const;
const ASKED = 10;

describe('features in the store and by the oracle', () => {
  let test: TestEngine;
  beforeAll(async () => {
    test = await startTestEngine();
    // Copies stay apart for as long as nothing is merged.
    await test.store.client().command({ query: 'SYSTEM STOP MERGES events' });
  });
  afterAll(() => test.close());

  it.each([1, 2])('are the same for all subjects of seed %i, out of order, doubled and late', async (seed) => {
    const found = await loadAndCompare(test.store, generateSet(seed));
    expect(found.differences.slice(0, 20)).toEqual([]);
    expect(found.compared).toBeGreaterThan(1_000);
    expect(found.values / found.compared).toBeGreaterThan(0.5);
  });

  it.each(SUBJECT_KINDS)('are the same for each %s when threads take a part of them each', async (kind) => {
    const { workspaceId, asOfMs, utcOffsetMs } = generateSet(1);
    const query = { workspaceId, asOfMs, utcOffsetMs, kind };
    const population = await readPopulation(test.store, query);
    const whole = new Map<string, readonly Measure[]>();
    await measureSubjects(test.store, { ...query, population: createPopulation(population) }, ({ subject, measures }) =>
      whole.set(subject, measures),
    );
    const tables = await Promise.all(
      [0, 1].map((index) => refreshPart(test.store, { ...query, population, part: { index, of: 2 } })),
    );
    const found = tables.flatMap((table) =>
      table.subjects.map((subject, row) => {
        const width = table.values.length / table.subjects.length;
        return [subject, Array.from({ length: width }, (_, i) => measureAt(table, row * width + i))] as const;
      }),
    );
    expect(found.length).toBe(whole.size); // nobody is in both
    for (const [subject, measures] of found) expect(measures, subject).toEqual(whole.get(subject));
    if (whole.size > 3) expect(tables.every(({ subjects }) => subjects.length > 0)).toBe(true);

    const refresh = async () => tables;
    const lines = { kind, asOf: asOfMs, utcOffsetMinutes: utcOffsetMs / 60_000, activeSince: 0 };
    const { names, rows } = await readFeatureRows(test.store, { refresh }, workspaceId, lines);
    for (const [subject, ...values] of rows()) {
      expect(values).toEqual(whole.get(subject)?.map((one) => (one.kind === 'measured' ? one.value : null)));
      expect(values).toHaveLength(names.length);
    }
  });

  it.each(PERSONS)(
    'are the same of a %s who is asked for alone, copies of whose events lie there, too',
    async (kind) => {
      const { workspaceId, asOfMs, utcOffsetMs, events } = generateSet(1);
      const [stored] = await queryRows<{ readonly rows: number }>(
        test.store,
        'SELECT count() AS rows FROM events WHERE workspace_id = {workspaceId:String}',
        { workspaceId },
      );
      expect(stored?.rows).toBeGreaterThan(new Set(events.map(({ eventId }) => eventId)).size);
      const moment = { workspaceId, asOfMs, utcOffsetMs };
      const population = createPopulation(await readPopulation(test.store, moment));
      const query = { ...moment, kind, population };
      const whole = new Map<string, readonly Measure[]>();
      await measureSubjects(test.store, query, ({ subject, measures }) => whole.set(subject, measures));
      expect(whole.size).toBeGreaterThan(5);
      for (const [subject, measures] of [...whole].slice(0, ASKED)) {
        const alone: (readonly Measure[])[] = [];
        await measureSubjects(test.store, { ...query, subject }, (found) => alone.push(found.measures));
        expect(alone, subject).toEqual([measures]);
      }
    },
  );

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
